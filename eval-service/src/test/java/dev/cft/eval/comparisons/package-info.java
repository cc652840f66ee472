@NullMarked
package dev.cft.eval.comparisons;

import org.jspecify.annotations.NullMarked;
