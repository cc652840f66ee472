/// A service as services are, to test what they share.
@NullMarked
package dev.cft.service.things;

import org.jspecify.annotations.NullMarked;
