/// What each kind of job is asked to do: the contract between services, kept as JSON in the job.
@NullMarked
package dev.cft.store.specs;

import org.jspecify.annotations.NullMarked;
