/// The API of all services in one description.
@NullMarked
package dev.cft.gateway.docs;

import org.jspecify.annotations.NullMarked;
