/// What is known of a request from its first byte: its id, its size, and one log line when it ends.
@NullMarked
package dev.cft.service.requests;

import org.jspecify.annotations.NullMarked;
