/// Checkpoints in llama.cpp's GGUF format, and their conversion to Hugging Face's layout.
@NullMarked
package dev.cft.lm.gguf;

import org.jspecify.annotations.NullMarked;
