@NullMarked
package dev.cft.critiques.operations;

import org.jspecify.annotations.NullMarked;
