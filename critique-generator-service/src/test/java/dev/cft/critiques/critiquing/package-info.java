@NullMarked
package dev.cft.critiques.critiquing;

import org.jspecify.annotations.NullMarked;
