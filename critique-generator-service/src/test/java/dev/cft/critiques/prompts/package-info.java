@NullMarked
package dev.cft.critiques.prompts;

import org.jspecify.annotations.NullMarked;
