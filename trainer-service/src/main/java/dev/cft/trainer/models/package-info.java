/// `/v1/models`: base models from the operator's folders, and what training makes.
@NullMarked
package dev.cft.trainer.models;

import org.jspecify.annotations.NullMarked;
