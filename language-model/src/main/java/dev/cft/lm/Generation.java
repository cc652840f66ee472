package dev.cft.lm;

/// What a model answered.
///
/// @param tokens all tokens produced, the end token included
/// @param text without special tokens and without the stop string
/// @param promptTokens length of the prompt
@SuppressWarnings("ArrayRecordComponent") // tokens stay unboxed; copied in and out
public record Generation(int[] tokens, String text, FinishReason finishReason, int promptTokens) {
  public Generation {
    tokens = tokens.clone();
  }

  @Override
  public int[] tokens() {
    return tokens.clone();
  }
}
