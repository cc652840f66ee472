/// POST requests that may be sent twice and are done once.
@NullMarked
package dev.cft.service.idempotency;

import org.jspecify.annotations.NullMarked;
