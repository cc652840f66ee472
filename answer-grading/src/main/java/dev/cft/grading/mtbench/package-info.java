/// MT-Bench's single-answer grading: the judge's prompts and the score in its answer.
@NullMarked
package dev.cft.grading.mtbench;

import org.jspecify.annotations.NullMarked;
