/// Who asks: API keys are checked before anything else happens.
@NullMarked
package dev.cft.service.keys;

import org.jspecify.annotations.NullMarked;
