@NullMarked
package dev.cft.critiques.datasets;

import org.jspecify.annotations.NullMarked;
