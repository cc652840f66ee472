@NullMarked
package dev.cft.eval.suites;

import org.jspecify.annotations.NullMarked;
