/// Conversations with a model, ours or behind an endpoint: direct answers, self-critique, several
/// turns.
@NullMarked
package dev.cft.eval.answering;

import org.jspecify.annotations.NullMarked;
