/// JSON as clients send and get it.
@NullMarked
package dev.cft.service.json;

import org.jspecify.annotations.NullMarked;
