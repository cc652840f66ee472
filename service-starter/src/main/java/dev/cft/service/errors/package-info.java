/// What clients are told when a request fails, in one shape wherever it failed.
@NullMarked
package dev.cft.service.errors;

import org.jspecify.annotations.NullMarked;
