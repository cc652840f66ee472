@NullMarked
package dev.cft.eval.endpoints;

import org.jspecify.annotations.NullMarked;
