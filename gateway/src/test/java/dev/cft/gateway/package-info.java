/// The gateway over real HTTP, with a real database and fake services.
@NullMarked
package dev.cft.gateway;

import org.jspecify.annotations.NullMarked;
