/// The demo's base model: its tokenizer, its corpus, and its pretraining with the platform's own
/// trainer.
@NullMarked
package dev.cft.standalone.basemodel;

import org.jspecify.annotations.NullMarked;
