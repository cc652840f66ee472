package dev.cft.lm.vector;

import java.util.Arrays;

/// Tokens of some prompts, one prompt's after the other's.
public final class PromptPiece {
  private final int first;
  private final int start;
  private final int[] begins;
  private final int longest;

  /// @param first the first prompt's row of the cache; the others follow it
  /// @param start the position of each prompt's first token
  /// @param tokens how many each prompt has
  public PromptPiece(int first, int start, int[] tokens) {
    this.first = first;
    this.start = start;
    this.begins = new int[tokens.length + 1];
    for (int row = 0; row < tokens.length; row++) {
      begins[row + 1] = begins[row] + tokens[row];
    }
    this.longest = Arrays.stream(tokens).max().orElse(0);
  }

  /// How many tokens there are.
  public int size() {
    return begins[rows()];
  }

  /// The position after the last one.
  public int end() {
    return start + longest;
  }

  /// Which of the tokens is a prompt's last one.
  public int last(int row) {
    return begins[row + 1] - 1;
  }

  int first() {
    return first;
  }

  int start() {
    return start;
  }

  int rows() {
    return begins.length - 1;
  }

  /// Which of the tokens is a prompt's first one.
  int begin(int row) {
    return begins[row];
  }

  /// How many a prompt has.
  int tokens(int row) {
    return begins[row + 1] - begins[row];
  }

  int longest() {
    return longest;
  }
}
