/// The programs that train in a run folder: our own, and LLaMA-Factory.
@NullMarked
package dev.cft.trainer.engines;

import org.jspecify.annotations.NullMarked;
