@NullMarked
package dev.cft.grading.algebra;

import org.jspecify.annotations.NullMarked;
