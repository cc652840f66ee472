/// Tests of the demo's own parts.
@NullMarked
package dev.cft.standalone.demo;

import org.jspecify.annotations.NullMarked;
