/// What a run will need, told before a slot is asked for: memory, disk and time.
@NullMarked
package dev.cft.trainer.planning;

import org.jspecify.annotations.NullMarked;
