package dev.cft.lm.vector;

import java.util.Arrays;
import java.util.stream.IntStream;

/// Some successive tokens of each of some rows, one row's after the other's.
public final class Piece {
  private final int[] starts;
  private final int[] begins;
  private final int longest;

  private Piece(int[] starts, int[] tokens) {
    this.starts = starts;
    this.begins = new int[tokens.length + 1];
    for (int row = 0; row < tokens.length; row++) {
      begins[row + 1] = begins[row] + tokens[row];
    }
    this.longest = Arrays.stream(tokens).max().orElse(0);
  }

  /// Tokens of prompts.
  ///
  /// @param starts the position of each prompt's first token
  /// @param tokens how many each prompt has
  public static Piece ofPrompts(int[] starts, int[] tokens) {
    return new Piece(starts.clone(), tokens);
  }

  /// The newest token of each row.
  public static Piece ofNewest(long[] positions) {
    int[] starts = Arrays.stream(positions).mapToInt(Math::toIntExact).toArray();
    return new Piece(starts, IntStream.generate(() -> 1).limit(starts.length).toArray());
  }

  /// How many tokens there are.
  public int size() {
    return begins[rows()];
  }

  /// The position after the last one.
  public int end() {
    return IntStream.range(0, rows()).map(this::end).max().orElse(0);
  }

  /// Which of the tokens is a row's last one.
  public int last(int row) {
    return begins[row + 1] - 1;
  }

  /// How many tokens all of them attend to, counted once for each row.
  public long attended() {
    return IntStream.range(0, rows()).mapToLong(this::end).sum();
  }

  /// How many rows.
  public int rows() {
    return starts.length;
  }

  /// The position of a row's first token.
  int start(int row) {
    return starts[row];
  }

  /// Which of the tokens is a row's first one.
  int begin(int row) {
    return begins[row];
  }

  /// How many a row has.
  int tokens(int row) {
    return begins[row + 1] - begins[row];
  }

  int longest() {
    return longest;
  }

  private int end(int row) {
    return starts[row] + tokens(row);
  }
}
