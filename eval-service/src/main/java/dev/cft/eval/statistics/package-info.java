/// Means, intervals and paired differences, each with the source of its formula.
@NullMarked
package dev.cft.eval.statistics;

import org.jspecify.annotations.NullMarked;
