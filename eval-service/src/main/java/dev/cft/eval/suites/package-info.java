/// Suites: models × benchmarks × temperatures × modes from one call, and their table.
@NullMarked
package dev.cft.eval.suites;

import org.jspecify.annotations.NullMarked;
