/// What tests of services need.
@NullMarked
package dev.cft.service.testing;

import org.jspecify.annotations.NullMarked;
