/// How many requests a key may send.
@NullMarked
package dev.cft.gateway.limits;

import org.jspecify.annotations.NullMarked;
