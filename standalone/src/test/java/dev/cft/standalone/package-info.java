/// Tests of the command line and of the platform as a whole.
@NullMarked
package dev.cft.standalone;

import org.jspecify.annotations.NullMarked;
