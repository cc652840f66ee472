/// Tests of the demo's problems.
@NullMarked
package dev.cft.standalone.problems;

import org.jspecify.annotations.NullMarked;
