package dev.cft.lm.training;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Rows that go through the decoder together, one after the other without padding; each attends to
/// itself alone and counts its positions from 0.
///
/// The last token of a row predicts nothing, so that it is no input.
record MicroBatch(List<Example> rows) {
  MicroBatch {
    rows = List.copyOf(rows);
  }

  /// Splits the units of a step, each a row or several packed together, into micro-batches of at
  /// most `most` units, long ones together.
  static List<MicroBatch> split(List<List<Example>> units, int most) {
    var sorted =
        units.stream()
            .sorted(Comparator.<List<Example>>comparingInt(MicroBatch::tokens).reversed())
            .toList();
    var batches = new ArrayList<MicroBatch>();
    for (int from = 0; from < sorted.size(); from += most) {
      var part = sorted.subList(from, Math.min(sorted.size(), from + most));
      batches.add(new MicroBatch(part.stream().flatMap(List::stream).toList()));
    }
    return batches;
  }

  private static int tokens(List<Example> unit) {
    return unit.stream().mapToInt(Example::length).sum();
  }

  /// The number of input tokens of the longest row.
  int width() {
    return rows.stream().mapToInt(Example::length).max().orElseThrow() - 1;
  }

  int trainedTokens() {
    return rows.stream().mapToInt(Example::trainedTokens).sum();
  }

  /// Input tokens `[N]`.
  long[] inputs() {
    return perInput((row, position) -> row.token(position));
  }

  /// Position `[N]` of each input token in its row.
  long[] positions() {
    return perInput((_, position) -> position);
  }

  private interface Value {
    int at(Example row, int position);
  }

  private long[] perInput(Value value) {
    return rows.stream()
        .flatMapToLong(
            row -> LongStream.range(0, row.length() - 1L).map(t -> value.at(row, (int) t)))
        .toArray();
  }

  /// Input tokens of each row.
  long[] lengths() {
    return rows.stream().mapToLong(row -> row.length() - 1L).toArray();
  }

  /// Indices `[M]` of the inputs whose next token is trained.
  long[] predicting() {
    var indices = new long[trainedTokens()];
    int i = 0;
    int start = 0;
    for (var row : rows) {
      for (int t = row.trainedFrom(); t < row.length(); t++) {
        indices[i++] = (long) start + t - 1;
      }
      start += row.length() - 1;
    }
    return indices;
  }

  /// The tokens `[M]` to predict there.
  long[] targets() {
    return rows.stream()
        .flatMapToInt(row -> IntStream.range(row.trainedFrom(), row.length()).map(row::token))
        .asLongStream()
        .toArray();
  }
}
