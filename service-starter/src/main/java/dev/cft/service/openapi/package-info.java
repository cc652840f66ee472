/// The service's own description, as OpenAPI.
@NullMarked
package dev.cft.service.openapi;

import org.jspecify.annotations.NullMarked;
