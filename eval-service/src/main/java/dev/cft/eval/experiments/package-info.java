/// Experiments: arms × seeds × evals, planned as ordinary jobs.
@NullMarked
package dev.cft.eval.experiments;

import org.jspecify.annotations.NullMarked;
