@NullMarked
package dev.cft.critiques.arithmetic;

import org.jspecify.annotations.NullMarked;
