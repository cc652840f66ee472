@NullMarked
package dev.cft.critiques.imports;

import org.jspecify.annotations.NullMarked;
