/// Comparisons of two runs on the same items, and gates that decide by them.
@NullMarked
package dev.cft.eval.comparisons;

import org.jspecify.annotations.NullMarked;
