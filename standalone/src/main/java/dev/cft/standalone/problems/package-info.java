/// Procedural word problems about counting things, with their solutions: what the demo trains and
/// tests on.
@NullMarked
package dev.cft.standalone.problems;

import org.jspecify.annotations.NullMarked;
