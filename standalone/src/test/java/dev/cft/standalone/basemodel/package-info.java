/// Tests of the demo's basemodel.
@NullMarked
package dev.cft.standalone.basemodel;

import org.jspecify.annotations.NullMarked;
