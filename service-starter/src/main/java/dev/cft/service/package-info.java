/// What every service has in common, by auto-configuration.
@NullMarked
package dev.cft.service;

import org.jspecify.annotations.NullMarked;
