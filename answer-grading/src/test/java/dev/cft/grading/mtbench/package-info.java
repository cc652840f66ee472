@NullMarked
package dev.cft.grading.mtbench;

import org.jspecify.annotations.NullMarked;
