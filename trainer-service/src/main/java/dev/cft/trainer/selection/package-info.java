/// Which checkpoint of a run is the best, when a run has stalled, and which checkpoints stay.
@NullMarked
package dev.cft.trainer.selection;

import org.jspecify.annotations.NullMarked;
