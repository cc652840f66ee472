/// Benchmarks: definitions that say where items come from, how they are asked and how answers are
/// judged.
@NullMarked
package dev.cft.eval.benchmarks;

import org.jspecify.annotations.NullMarked;
