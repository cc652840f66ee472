package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.cft.lm.vector.Vectors;

/// One new token for each of the running rows, and prompts before they run.
interface DecodingStep extends AutoCloseable {
  /// Passes token `ids[i]` of row i at `positions[i]` through the model, and remembers its keys and
  /// values in row i of the cache, in which there is room.
  ///
  /// @param logits whether anybody wants to know more than the likeliest tokens
  /// @return what comes next in each row; the logits belong to `scope`
  NextTokens run(NDManager scope, long[] ids, long[] positions, KvCache cache, boolean logits);

  /// Passes a piece of some prompts, padded on the right, through the model, and remembers their
  /// keys and values in the last rows of the cache, in which there is room.
  ///
  /// @param ids `[rows, tokens]`
  /// @param start position of the first token of each row
  /// @param ends index in the piece of each row's last token; -1 if that comes later
  /// @param hidden `[all rows of the cache, h]` in fp32: where the hidden states of last tokens go
  void extend(long[] ids, int rows, int start, int[] ends, KvCache cache, NDArray hidden);

  @Override
  void close();

  /// The fastest that this JVM and device allow.
  static DecodingStep of(Decoder decoder) {
    return Vectors.available() && VectorStep.fits(decoder)
        ? new VectorStep(decoder)
        : new ScriptStep(decoder);
  }
}
