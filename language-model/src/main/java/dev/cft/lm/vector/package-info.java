/// What a decoding step does between its matrix products, by the processor's vector instructions.
@NullMarked
package dev.cft.lm.vector;

import org.jspecify.annotations.NullMarked;
