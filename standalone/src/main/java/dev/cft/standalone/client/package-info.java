/// The platform's REST API as the command line uses it.
@NullMarked
package dev.cft.standalone.client;

import org.jspecify.annotations.NullMarked;
