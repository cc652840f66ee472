@NullMarked
package dev.cft.critiques;

import org.jspecify.annotations.NullMarked;
