/// The trainer service as its tests run it: real Postgres, real processes, a tiny model.
@NullMarked
package dev.cft.trainer.testing;

import org.jspecify.annotations.NullMarked;
