@NullMarked
package dev.cft.eval.testing;

import org.jspecify.annotations.NullMarked;
