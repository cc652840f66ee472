@NullMarked
package dev.cft.critiques.responses;

import org.jspecify.annotations.NullMarked;
