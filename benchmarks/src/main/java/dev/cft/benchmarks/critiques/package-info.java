/// Critique jobs under load, against a teacher on the loopback.
@NullMarked
package dev.cft.benchmarks.critiques;

import org.jspecify.annotations.NullMarked;
