@NullMarked
package dev.cft.grading;

import org.jspecify.annotations.NullMarked;
