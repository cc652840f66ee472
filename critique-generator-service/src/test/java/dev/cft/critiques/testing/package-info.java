/// What this module's tests share.
@NullMarked
package dev.cft.critiques.testing;

import org.jspecify.annotations.NullMarked;
