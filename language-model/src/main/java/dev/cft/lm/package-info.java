/// Decoder language models on PyTorch: checkpoints, tokenizers, chat templates, generation.
@NullMarked
package dev.cft.lm;

import org.jspecify.annotations.NullMarked;
