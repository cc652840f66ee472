/// `/v1/usage`: the GPU-hours that jobs have had and what they cost, by job and by key.
@NullMarked
package dev.cft.trainer.usage;

import org.jspecify.annotations.NullMarked;
