package dev.cft.lm;

import ai.djl.ndarray.NDManager;
import dev.cft.lm.vector.Vectors;
import java.util.List;

/// One new token for each of the rows that run, and prompts before they run; remembers the keys and
/// values of both.
interface DecodingStep extends AutoCloseable {
  /// Prompts on their way into the batch: they pass through the model in pieces, so that rows that
  /// already run need not wait for a long one.
  interface Prompts extends AutoCloseable {
    /// Passes the next piece of about so many tokens. True when all prompts are done.
    boolean advance(int tokens);

    /// Lets rows with these prompts, which are done, run after those that do.
    ///
    /// @param prompts which of the prompts each row has
    /// @return what comes first in each row; the logits belong to `scope`
    NextTokens join(NDManager scope, int[] prompts);

    @Override
    void close();
  }

  /// For how many tokens there is memory when rows of up to so many tokens run together.
  long tokens(List<Integer> longest);

  /// Prompts whose rows will run.
  ///
  /// @param prompts distinct, the shortest first
  Prompts prompts(List<int[]> prompts);

  /// Passes token `ids[i]` of row i at `positions[i]` through the model.
  ///
  /// @param logits whether anybody wants to know more than the likeliest tokens
  /// @return what comes next in each row; the logits belong to `scope`
  NextTokens run(NDManager scope, long[] ids, long[] positions, boolean logits);

  /// Ends a row: the last one takes its place.
  void leave(int row);

  /// Ends all rows and gives their memory back.
  void release();

  @Override
  void close();

  /// The fastest that this JVM and device allow.
  static DecodingStep of(Decoder decoder) {
    if (!Vectors.available() || !VectorPass.fits(decoder)) {
      return new SlottedStep(decoder, new ScriptPass(decoder));
    }
    return PagedStep.fits(decoder)
        ? new PagedStep(decoder)
        : new SlottedStep(decoder, new VectorPass(decoder));
  }
}
