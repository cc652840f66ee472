/// `/v1/fine_tuning/jobs`, in OpenAI's shape.
@NullMarked
package dev.cft.trainer.finetuning;

import org.jspecify.annotations.NullMarked;
