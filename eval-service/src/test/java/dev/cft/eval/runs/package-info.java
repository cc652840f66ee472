@NullMarked
package dev.cft.eval.runs;

import org.jspecify.annotations.NullMarked;
