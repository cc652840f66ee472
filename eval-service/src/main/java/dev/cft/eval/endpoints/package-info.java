/// OpenAI-compatible endpoints that operators configure: as models under test and as judges.
@NullMarked
package dev.cft.eval.endpoints;

import org.jspecify.annotations.NullMarked;
