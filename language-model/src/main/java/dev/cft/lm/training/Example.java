package dev.cft.lm.training;

import java.util.Arrays;

/// One row as tokens: those from `trainedFrom` on are trained.
public final class Example {
  private final int[] tokens;
  private final int trainedFrom;
  private final int labels;

  Example(int[] tokens, int trainedFrom) {
    this.tokens = tokens;
    // The first token has nothing before it that could predict it.
    this.trainedFrom = Math.max(1, trainedFrom);
    this.labels = Math.max(0, tokens.length - trainedFrom);
  }

  /// Prompt and target joined; cut to `cutoff` as LLaMA-Factory does (`infer_seqlen` in
  /// processor_utils.py).
  public static Example of(int[] prompt, int[] target, int cutoff, boolean trainOnPrompt) {
    int most;
    if (target.length * 2 < cutoff) {
      most = cutoff;
    } else if (prompt.length * 2 < cutoff) {
      most = cutoff - prompt.length;
    } else {
      most = (int) (cutoff * ((double) target.length / (prompt.length + target.length)));
    }
    int targetLength = Math.min(most, target.length);
    int promptLength = Math.min(Math.max(cutoff - targetLength, 0), prompt.length);
    int[] tokens = Arrays.copyOf(prompt, promptLength + targetLength);
    System.arraycopy(target, 0, tokens, promptLength, targetLength);
    return new Example(tokens, trainOnPrompt ? 0 : promptLength);
  }

  public int length() {
    return tokens.length;
  }

  public int token(int position) {
    return tokens[position];
  }

  int largestToken() {
    return Arrays.stream(tokens).max().orElse(0);
  }

  public int trainedFrom() {
    return trainedFrom;
  }

  /// What the loss of a step is divided by, over all its rows: as in transformers' Trainer a first
  /// token that is trained counts, although nothing predicts it.
  int labels() {
    return labels;
  }

  public int trainedTokens() {
    return Math.max(0, tokens.length - trainedFrom);
  }
}
