/// `/v1/responses/jobs`: noisy responses, sampled from a model.
@NullMarked
package dev.cft.critiques.responses;

import org.jspecify.annotations.NullMarked;
