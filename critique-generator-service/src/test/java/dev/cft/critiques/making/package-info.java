@NullMarked
package dev.cft.critiques.making;

import org.jspecify.annotations.NullMarked;
