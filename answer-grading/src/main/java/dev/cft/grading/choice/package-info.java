/// Finds the letter of a chosen option in a model's text.
@NullMarked
package dev.cft.grading.choice;

import org.jspecify.annotations.NullMarked;
