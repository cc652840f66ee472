@NullMarked
package dev.cft.critiques.files;

import org.jspecify.annotations.NullMarked;
