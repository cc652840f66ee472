/// Teachers: who writes critiques, what they cost, how fast they may be asked, and how they fail.
@NullMarked
package dev.cft.critiques.teachers;

import org.jspecify.annotations.NullMarked;
