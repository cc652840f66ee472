@NullMarked
package dev.cft.grading.choice;

import org.jspecify.annotations.NullMarked;
