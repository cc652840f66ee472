@NullMarked
package dev.cft.critiques.teachers;

import org.jspecify.annotations.NullMarked;
