package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/// Prompts on their way into the batch: they pass through the model in pieces, so that rows that
/// already run need not wait for a long one, and equal prompts pass once.
final class Prefill implements AutoCloseable {
  private final Decoder decoder;
  private final DecodingStep step;
  private final NDManager manager;
  private final List<Row> rows;
  private final List<int[]> prompts;
  private final long[] promptOf;
  private final KvCache cache;
  private final NDArray hidden;
  private int done;

  Prefill(Decoder decoder, DecodingStep step, List<Row> rows) {
    this.decoder = decoder;
    this.step = step;
    this.manager = decoder.manager().newSubManager();
    this.rows = new ArrayList<>(rows);
    var distinct =
        new TreeMap<IntBuffer, int[]>(
            Comparator.comparingInt(IntBuffer::remaining).thenComparing(Comparator.naturalOrder()));
    rows.forEach(row -> distinct.putIfAbsent(IntBuffer.wrap(row.prompt()), row.prompt()));
    this.prompts = List.copyOf(distinct.values());
    var order = List.copyOf(distinct.keySet());
    this.promptOf =
        rows.stream().mapToLong(row -> order.indexOf(IntBuffer.wrap(row.prompt()))).toArray();
    this.cache = new KvCache(decoder, prompts.size());
    cache.reserve(prompts.size(), longest());
    this.hidden = manager.zeros(new Shape(prompts.size(), decoder.config().hiddenSize()));
  }

  List<Row> rows() {
    return rows;
  }

  /// Length of the longest prompt.
  int longest() {
    return prompts.getLast().length;
  }

  /// Passes the next piece of about so many tokens. True when all prompts are done.
  boolean advance(int tokens) {
    int first = 0;
    while (prompts.get(first).length <= done) {
      first++;
    }
    int open = prompts.size() - first;
    int width = Math.min(longest() - done, Math.max(1, tokens / open));
    var ids = new long[open * width];
    var ends = new int[open];
    for (int i = 0; i < open; i++) {
      int[] prompt = prompts.get(first + i);
      for (int t = 0; t < Math.min(width, prompt.length - done); t++) {
        ids[i * width + t] = prompt[done + t];
      }
      ends[i] = prompt.length <= done + width ? prompt.length - 1 - done : -1;
    }
    step.extend(ids, open, done, ends, cache, hidden);
    done += width;
    return done == longest();
  }

  /// Copies the keys and values of all rows into the batch's cache, from row `first` on.
  ///
  /// @return what comes first in each row; the logits belong to `scope`
  NextTokens seat(NDManager scope, KvCache batch, int first) {
    var groups = scope.create(promptOf);
    decoder.infer(
        scope,
        "seat",
        groups,
        scope.create((long) first),
        scope.create((long) KvCache.wholeSteps(longest())),
        cache.array(),
        batch.array());
    return NextTokens.of(decoder.infer(scope, "first_tokens", hidden, groups));
  }

  @Override
  public void close() {
    cache.close();
    manager.close();
  }
}
