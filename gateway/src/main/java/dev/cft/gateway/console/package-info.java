/// The web console and what browsers are told about it.
@NullMarked
package dev.cft.gateway.console;

import org.jspecify.annotations.NullMarked;
