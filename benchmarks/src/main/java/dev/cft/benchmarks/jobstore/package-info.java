/// The job store's claims and completions beside db-scheduler's.
@NullMarked
package dev.cft.benchmarks.jobstore;

import org.jspecify.annotations.NullMarked;
