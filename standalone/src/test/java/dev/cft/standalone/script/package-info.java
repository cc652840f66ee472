/// The `cft` script run as a user runs it, in a project of its own.
@NullMarked
package dev.cft.standalone.script;

import org.jspecify.annotations.NullMarked;
