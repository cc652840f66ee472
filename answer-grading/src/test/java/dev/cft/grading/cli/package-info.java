@NullMarked
package dev.cft.grading.cli;

import org.jspecify.annotations.NullMarked;
