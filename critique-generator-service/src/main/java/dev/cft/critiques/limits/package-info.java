/// How often a teacher may be asked, counted once for all replicas.
@NullMarked
package dev.cft.critiques.limits;

import org.jspecify.annotations.NullMarked;
