/// Fine-tuning in a run folder: spec and data in, log and checkpoints out, resumed exactly where it
/// stopped.
@NullMarked
package dev.cft.lm.training;

import org.jspecify.annotations.NullMarked;
