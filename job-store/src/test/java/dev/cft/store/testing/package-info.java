/// What tests of all modules need from the store.
@NullMarked
package dev.cft.store.testing;

import org.jspecify.annotations.NullMarked;
