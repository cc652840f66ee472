/// A fine-tuning job from claim to model: data prepared, process followed, checkpoints registered.
@NullMarked
package dev.cft.trainer.training;

import org.jspecify.annotations.NullMarked;
