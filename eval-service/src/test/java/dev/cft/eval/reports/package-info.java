@NullMarked
package dev.cft.eval.reports;

import org.jspecify.annotations.NullMarked;
