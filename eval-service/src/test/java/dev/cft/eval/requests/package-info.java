@NullMarked
package dev.cft.eval.requests;

import org.jspecify.annotations.NullMarked;
