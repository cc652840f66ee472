@NullMarked
package dev.cft.eval;

import org.jspecify.annotations.NullMarked;
