@NullMarked
package dev.cft.grading.instructions;

import org.jspecify.annotations.NullMarked;
