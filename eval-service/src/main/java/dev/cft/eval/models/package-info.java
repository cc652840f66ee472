/// Trained models loaded from the artifact store, shared and bounded.
@NullMarked
package dev.cft.eval.models;

import org.jspecify.annotations.NullMarked;
