@NullMarked
package dev.cft.critiques.rows;

import org.jspecify.annotations.NullMarked;
