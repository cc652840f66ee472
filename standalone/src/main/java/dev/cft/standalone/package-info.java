/// The cft command line: the whole platform in one process, and what runs against it.
@NullMarked
package dev.cft.standalone;

import org.jspecify.annotations.NullMarked;
