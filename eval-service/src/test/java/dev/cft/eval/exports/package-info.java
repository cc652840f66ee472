@NullMarked
package dev.cft.eval.exports;

import org.jspecify.annotations.NullMarked;
