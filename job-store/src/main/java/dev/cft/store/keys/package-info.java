/// API keys, stored hashed, and idempotency keys.
@NullMarked
package dev.cft.store.keys;

import org.jspecify.annotations.NullMarked;
