/// Commands of the language model: train, generate, make a new model. JSON lines on standard
/// output, words on standard error.
@NullMarked
package dev.cft.lm.cli;

import org.jspecify.annotations.NullMarked;
