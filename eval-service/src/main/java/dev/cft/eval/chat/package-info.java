/// Chat completions of any trained model, in OpenAI's shape.
@NullMarked
package dev.cft.eval.chat;

import org.jspecify.annotations.NullMarked;
