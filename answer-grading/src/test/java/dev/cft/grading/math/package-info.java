@NullMarked
package dev.cft.grading.math;

import org.jspecify.annotations.NullMarked;
