@NullMarked
package dev.cft.eval.experiments;

import org.jspecify.annotations.NullMarked;
