/// One address for all services: routing, keys, limits, jobs of every kind, OpenAPI, the console.
@NullMarked
package dev.cft.gateway;

import org.jspecify.annotations.NullMarked;
