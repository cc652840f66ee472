/// Base models, fine-tuned models and checkpoints.
@NullMarked
package dev.cft.store.models;

import org.jspecify.annotations.NullMarked;
