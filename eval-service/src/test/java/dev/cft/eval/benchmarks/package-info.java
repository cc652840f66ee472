@NullMarked
package dev.cft.eval.benchmarks;

import org.jspecify.annotations.NullMarked;
