/// What a teacher is asked, versioned, and how its verdict is read.
@NullMarked
package dev.cft.critiques.prompts;

import org.jspecify.annotations.NullMarked;
