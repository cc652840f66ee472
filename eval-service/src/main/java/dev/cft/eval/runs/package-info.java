/// Evaluation runs: a model answers an eval's items, each exactly once.
@NullMarked
package dev.cft.eval.runs;

import org.jspecify.annotations.NullMarked;
