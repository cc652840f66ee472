/// Datasets and their rows: what flows from responses to critiques to training.
@NullMarked
package dev.cft.store.datasets;

import org.jspecify.annotations.NullMarked;
