/// API keys, for operators.
@NullMarked
package dev.cft.gateway.keys;

import org.jspecify.annotations.NullMarked;
