@NullMarked
package dev.cft.eval.statistics;

import org.jspecify.annotations.NullMarked;
