@NullMarked
package dev.cft.eval.evals;

import org.jspecify.annotations.NullMarked;
