package dev.cft.lm;

import java.util.List;

/// What a model answered.
///
/// @param tokens all tokens produced, the end token included
/// @param text without special tokens and without the stop string
/// @param promptTokens length of the prompt
/// @param logProbabilities one for each token where they were asked for, else none
@SuppressWarnings("ArrayRecordComponent") // tokens stay unboxed; copied in and out
public record Generation(
    int[] tokens,
    String text,
    FinishReason finishReason,
    int promptTokens,
    List<TokenLogProbability> logProbabilities) {
  public Generation {
    tokens = tokens.clone();
    logProbabilities = List.copyOf(logProbabilities);
  }

  @Override
  public int[] tokens() {
    return tokens.clone();
  }
}
