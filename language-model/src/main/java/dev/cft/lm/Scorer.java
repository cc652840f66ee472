package dev.cft.lm;

import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// How likely a model finds given tokens. Not thread-safe.
public final class Scorer implements AutoCloseable {
  /// Most tokens of one pass, padding included (our choice: bounds the memory of its activations).
  private static final int PASS_TOKENS = 4096;

  private final Decoder decoder;

  private Scorer(Decoder decoder) {
    this.decoder = decoder;
  }

  /// Loads a checkpoint's weights.
  ///
  /// @throws CheckpointException naming the file and what is wrong with it
  public static Scorer load(Path checkpoint) {
    return load(checkpoint, Precision.FP32);
  }

  /// Loads a checkpoint's weights to compute in this precision.
  ///
  /// @throws CheckpointException naming the file and what is wrong with it
  public static Scorer load(Path checkpoint, Precision precision) {
    return new Scorer(Decoder.load(checkpoint, precision));
  }

  /// Natural logarithms of the probability of each token after the first, given those before it;
  /// rows of like length share a pass.
  ///
  /// @throws IllegalArgumentException for an empty row, a row too long or a token outside the
  ///   vocabulary
  public List<float[]> logProbabilities(List<int[]> rows) {
    rows.forEach(this::validate);
    var order =
        IntStream.range(0, rows.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> rows.get(i).length))
            .toList();
    var results = new ArrayList<float[]>(rows.stream().map(_ -> new float[0]).toList());
    for (int from = 0; from < order.size(); ) {
      int to = from + 1;
      while (to < order.size() && (to + 1 - from) * rows.get(order.get(to)).length <= PASS_TOKENS) {
        to++;
      }
      pass(rows, order.subList(from, to), results);
      from = to;
    }
    return results;
  }

  private void pass(List<int[]> rows, List<Integer> indices, List<float[]> results) {
    int width = rows.get(indices.getLast()).length;
    if (width < 2) {
      return;
    }
    var ids = new long[indices.size() * width];
    for (int b = 0; b < indices.size(); b++) {
      int[] row = rows.get(indices.get(b));
      for (int t = 0; t < row.length; t++) {
        ids[b * width + t] = row[t];
      }
    }
    try (var scope = decoder.manager().newSubManager()) {
      var input = scope.create(ids, new Shape(indices.size(), width));
      float[] all =
          decoder
              .infer(
                  scope,
                  "log_probabilities",
                  input,
                  decoder.cos(width),
                  decoder.sin(width),
                  decoder.weights())
              .getFirst()
              .toFloatArray();
      for (int b = 0; b < indices.size(); b++) {
        int length = rows.get(indices.get(b)).length - 1;
        results.set(
            indices.get(b), Arrays.copyOfRange(all, b * (width - 1), b * (width - 1) + length));
      }
    }
  }

  /// Refuses what cannot be scored.
  ///
  /// @throws IllegalArgumentException telling why
  public void validate(int[] row) {
    var config = decoder.config();
    if (row.length == 0 || row.length > config.maxPositions()) {
      throw new IllegalArgumentException(
          "A row has %d tokens; from 1 to %d are possible"
              .formatted(row.length, config.maxPositions()));
    }
    for (int token : row) {
      if (token < 0 || token >= config.vocabularySize()) {
        throw new IllegalArgumentException(
            "Token %d is outside the vocabulary of %d".formatted(token, config.vocabularySize()));
      }
    }
  }

  @Override
  public void close() {
    decoder.close();
  }
}
