/// Passes requests on to the services, streaming both ways.
@NullMarked
package dev.cft.gateway.routing;

import org.jspecify.annotations.NullMarked;
