/// The critique generator: files, datasets, noisy responses, teachers and critiques.
@NullMarked
package dev.cft.critiques;

import org.jspecify.annotations.NullMarked;
