package dev.cft.lm;

import ai.djl.ndarray.NDManager;
import dev.cft.lm.vector.Vectors;

/// One new token for each of the running rows.
interface DecodingStep extends AutoCloseable {
  /// Passes token `ids[i]` of row i at `positions[i]` through the model, and remembers its keys and
  /// values in row i of the cache, in which there is room.
  ///
  /// @param logits whether anybody wants to know more than the likeliest tokens
  /// @return what comes next in each row; the logits belong to `scope`
  NextTokens run(NDManager scope, long[] ids, long[] positions, KvCache cache, boolean logits);

  @Override
  void close();

  /// The fastest that this JVM and device allow.
  static DecodingStep of(Decoder decoder) {
    return Vectors.available() && VectorStep.fits(decoder)
        ? new VectorStep(decoder)
        : new ScriptStep(decoder);
  }
}
