package dev.cft.lm;

import ai.djl.ndarray.NDManager;
import java.nio.IntBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/// Rows on their way into the batch, whose prompts pass; equal prompts pass once.
final class Prefill implements AutoCloseable {
  private final List<Row> rows;
  private final int[] promptOf;
  private final DecodingStep.Prompts prompts;

  Prefill(DecodingStep step, List<Row> rows) {
    this.rows = List.copyOf(rows);
    var distinct =
        new TreeMap<IntBuffer, int[]>(
            Comparator.comparingInt(IntBuffer::remaining).thenComparing(Comparator.naturalOrder()));
    rows.forEach(row -> distinct.putIfAbsent(IntBuffer.wrap(row.prompt()), row.prompt()));
    var order = List.copyOf(distinct.keySet());
    this.promptOf =
        rows.stream().mapToInt(row -> order.indexOf(IntBuffer.wrap(row.prompt()))).toArray();
    this.prompts = step.prompts(List.copyOf(distinct.values()));
  }

  List<Row> rows() {
    return rows;
  }

  /// As [DecodingStep.Prompts#advance].
  boolean advance(int tokens) {
    return prompts.advance(tokens);
  }

  /// Lets the rows run after those that do.
  NextTokens join(NDManager scope) {
    return prompts.join(scope, promptOf);
  }

  @Override
  public void close() {
    prompts.close();
  }
}
