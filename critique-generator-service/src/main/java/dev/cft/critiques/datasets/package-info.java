/// `/v1/datasets`: rows with their fields mapped, browsed, counted, derived and exported.
@NullMarked
package dev.cft.critiques.datasets;

import org.jspecify.annotations.NullMarked;
