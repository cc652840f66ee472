/// `/v1/files`: uploads, checked row by row before anything is stored.
@NullMarked
package dev.cft.critiques.files;

import org.jspecify.annotations.NullMarked;
