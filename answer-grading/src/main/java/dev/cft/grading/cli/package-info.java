/// The grading commands of `cft`: JSON lines in, JSON lines out, in order.
@NullMarked
package dev.cft.grading.cli;

import org.jspecify.annotations.NullMarked;
