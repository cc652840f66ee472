@NullMarked
package dev.cft.eval.conformance;

import org.jspecify.annotations.NullMarked;
