/// The boundaries between modules and packages, held by tests.
@NullMarked
package dev.cft.standalone.architecture;

import org.jspecify.annotations.NullMarked;
