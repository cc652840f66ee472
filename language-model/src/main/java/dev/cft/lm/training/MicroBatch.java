package dev.cft.lm.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Rows that go through the decoder together, padded on the right to the longest.
///
/// The last token of a row predicts nothing, so that it is no input.
record MicroBatch(List<Example> rows) {
  /// What one more call costs, in tokens: splitting a batch must save more padding than this.
  /// Measured with the demo's model.
  private static final int CALL_COST = 96;

  MicroBatch {
    rows = List.copyOf(rows);
  }

  /// Splits the rows of a step by length into micro-batches of at most `most` rows, with the least
  /// padding and calls.
  static List<MicroBatch> split(List<Example> rows, int most) {
    var sorted = rows.stream().sorted(Comparator.comparingInt(Example::length)).toList();
    int size = sorted.size();
    // best[i]: the least cost of the first i rows; the group that ends at i then starts at
    // start[i].
    var best = new long[size + 1];
    var start = new int[size + 1];
    for (int end = 1; end <= size; end++) {
      best[end] = Long.MAX_VALUE;
      long longest = sorted.get(end - 1).length();
      for (int from = end - 1; from >= Math.max(0, end - most); from--) {
        long cost = best[from] + CALL_COST + longest * (end - from);
        if (cost < best[end]) {
          best[end] = cost;
          start[end] = from;
        }
      }
    }
    var batches = new ArrayList<MicroBatch>();
    for (int end = size; end > 0; end = start[end]) {
      batches.add(new MicroBatch(sorted.subList(start[end], end)));
    }
    return batches;
  }

  /// T, the number of input tokens of the longest row.
  int width() {
    return rows.stream().mapToInt(Example::length).max().orElseThrow() - 1;
  }

  int trainedTokens() {
    return rows.stream().mapToInt(Example::trainedTokens).sum();
  }

  /// Input tokens `[B · T]`; padding is token 0, which causal rows never see.
  long[] inputs() {
    int width = width();
    var ids = new long[rows.size() * width];
    for (int b = 0; b < rows.size(); b++) {
      for (int t = 0; t < rows.get(b).length() - 1; t++) {
        ids[b * width + t] = rows.get(b).token(t);
      }
    }
    return ids;
  }

  /// Flat positions `[M]` whose next token is trained.
  long[] positions() {
    int width = width();
    var positions = new long[trainedTokens()];
    int i = 0;
    for (int b = 0; b < rows.size(); b++) {
      for (int t = rows.get(b).trainedFrom(); t < rows.get(b).length(); t++) {
        positions[i++] = (long) b * width + t - 1;
      }
    }
    return positions;
  }

  /// The tokens `[M]` to predict at those positions.
  long[] targets() {
    return rows.stream()
        .flatMapToInt(row ->
            java.util.stream.IntStream.range(row.trainedFrom(), row.length()).map(row::token))
        .asLongStream()
        .toArray();
  }

  @Override
  public String toString() {
    return "MicroBatch" + Arrays.asList(rows.size(), width());
  }
}
