package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The next token of each row of a batch: the likeliest one, or one drawn from the logits.
final class Choice {
  private final Decoder decoder;
  private final NDManager scope;
  private final List<Row> rows;
  private final NextTokens next;

  /// @param rows B rows
  /// @param next what the model says of them
  Choice(Decoder decoder, NDManager scope, List<Row> rows, NextTokens next) {
    this.decoder = decoder;
    this.scope = scope;
    this.rows = rows;
    this.next = next;
  }

  /// The tokens; rows that want to know are told how likely theirs are.
  int[] tokens() {
    int[] tokens = next.likeliest();
    draw(tokens);
    note(tokens);
    return tokens;
  }

  private void draw(int[] tokens) {
    int[] drawn = where(Row::sampled);
    if (drawn.length == 0) {
      return;
    }
    var temperatures = new float[drawn.length];
    for (int i = 0; i < drawn.length; i++) {
      temperatures[i] = (float) rows.get(drawn[i]).temperature();
    }
    float[] probabilities =
        decoder
            .infer(scope, "probabilities", next.logits(), longs(drawn), scope.create(temperatures))
            .getFirst()
            .toFloatArray();
    int vocabulary = decoder.config().vocabularySize();
    for (int i = 0; i < drawn.length; i++) {
      tokens[drawn[i]] =
          rows.get(drawn[i]).sampler().sample(probabilities, i * vocabulary, vocabulary);
    }
  }

  private void note(int[] tokens) {
    int[] told = where(row -> row.likeliest().isPresent());
    if (told.length == 0) {
      return;
    }
    int most = Math.min(GenerationRequest.MOST_LIKELIEST, decoder.config().vocabularySize());
    var results =
        decoder.infer(
            scope,
            "log_probabilities_of",
            next.logits(),
            longs(told),
            longs(IntStream.of(told).map(row -> tokens[row]).toArray()),
            scope.create((long) most));
    float[] own = results.get(0).toFloatArray();
    float[] values = results.get(1).toFloatArray();
    long[] others = results.get(2).toLongArray();
    for (int i = 0; i < told.length; i++) {
      var row = rows.get(told[i]);
      var likely = new ArrayList<TokenLogProbability.Likely>();
      for (int k = 0; k < Math.min(most, row.likeliest().orElse(0)); k++) {
        int at = i * most + k;
        likely.add(new TokenLogProbability.Likely(Math.toIntExact(others[at]), values[at]));
      }
      row.note(new TokenLogProbability(tokens[told[i]], own[i], likely));
    }
  }

  private int[] where(java.util.function.Predicate<Row> condition) {
    return IntStream.range(0, rows.size()).filter(i -> condition.test(rows.get(i))).toArray();
  }

  private NDArray longs(int[] values) {
    return scope.create(IntStream.of(values).asLongStream().toArray());
  }
}
