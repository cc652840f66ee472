/// Benchmarks, evaluation runs, chat completions of trained models, experiments and their reports.
@NullMarked
package dev.cft.eval;

import org.jspecify.annotations.NullMarked;
