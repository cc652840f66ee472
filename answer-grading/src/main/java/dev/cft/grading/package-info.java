/// Finds the final answer in a model's text and says whether it equals the gold answer.
@NullMarked
package dev.cft.grading;

import org.jspecify.annotations.NullMarked;
