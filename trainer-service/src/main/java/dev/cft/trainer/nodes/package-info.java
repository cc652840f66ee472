/// `/v1/nodes` and `/v1/queue`: what runs where, and what waits and why.
@NullMarked
package dev.cft.trainer.nodes;

import org.jspecify.annotations.NullMarked;
