/// A computer algebra system in a process of its own, for what exact and numeric comparison leave
/// undecided. It may be absent.
@NullMarked
package dev.cft.grading.algebra;

import org.jspecify.annotations.NullMarked;
