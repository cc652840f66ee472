/// Reads JSON requests field by field and tells all faults at once.
@NullMarked
package dev.cft.eval.requests;

import org.jspecify.annotations.NullMarked;
