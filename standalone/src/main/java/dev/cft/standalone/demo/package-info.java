/// The demo: the whole method on shipped or the user's own rows, and a table that compares its
/// arms.
@NullMarked
package dev.cft.standalone.demo;

import org.jspecify.annotations.NullMarked;
