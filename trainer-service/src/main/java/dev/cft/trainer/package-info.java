/// The trainer service: fine-tuning jobs, models, nodes and the queue.
@NullMarked
package dev.cft.trainer;

import org.jspecify.annotations.NullMarked;
