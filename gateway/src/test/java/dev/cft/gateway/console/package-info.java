/// The console in a real browser.
@NullMarked
package dev.cft.gateway.console;

import org.jspecify.annotations.NullMarked;
