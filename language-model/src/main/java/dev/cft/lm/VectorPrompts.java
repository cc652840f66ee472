package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import dev.cft.lm.torch.ArrayMemory;
import dev.cft.lm.vector.AttentionHeads;
import dev.cft.lm.vector.BlockAttention;
import dev.cft.lm.vector.Numbers;
import dev.cft.lm.vector.Piece;
import java.util.Arrays;

/// Passes pieces of prompts through the layers that Java computes (ADR 88).
final class VectorPrompts {
  /// Tokens that pass at once (our choice: what a thread multiplies stays in its cache).
  private static final int PASSED = 512;

  private final Decoder decoder;
  private final StepThreads threads;
  private final VectorLayers layers;
  private final BlockAttention attention;

  VectorPrompts(
      Decoder decoder, StepThreads threads, VectorLayers layers, BlockAttention attention) {
    this.decoder = decoder;
    this.threads = threads;
    this.layers = layers;
    this.attention = attention;
  }

  /// As [DecodingStep#extend]. What rows are padded with does not pass.
  void extend(long[] ids, int rows, int start, int[] ends, KvCache cache, NDArray hidden) {
    int width = ids.length / rows;
    int first = Math.toIntExact(hidden.getShape().get(0)) - rows;
    var states = new Numbers(ArrayMemory.of(hidden), false);
    int[] tokens = Arrays.stream(ends).map(end -> end < 0 ? width : end + 1).toArray();
    int next;
    for (int row = 0; row < rows; row = next) {
      next = afterThoseThatPassWith(row, tokens);
      int[] some = Arrays.copyOfRange(tokens, row, next);
      int longest = Arrays.stream(some).max().orElseThrow();
      for (int from = 0; from < longest; from += PASSED) {
        int done = from;
        int[] now = Arrays.stream(some).map(n -> Math.clamp(n - done, 0, PASSED)).toArray();
        var piece = Piece.ofPrompts(first + row, start + from, now);
        try (var batch = layers.new Batch(piece.size())) {
          pass(batch, cut(ids, row * width + from, width, now), piece, cache);
          for (int i = 0; i < now.length; i++) {
            if (ends[row + i] >= 0 && from + now[i] == some[i]) {
              batch.copyState(piece.last(i), states, first + row + i);
            }
          }
        }
      }
    }
  }

  /// The first row after those that are together no longer than what passes at once.
  private static int afterThoseThatPassWith(int row, int[] tokens) {
    int next = row + 1;
    int sum = tokens[row];
    while (next < tokens.length && sum + tokens[next] <= PASSED) {
      sum += tokens[next];
      next++;
    }
    return next;
  }

  /// So many of each row's ids, one row's after the other's.
  private static long[] cut(long[] ids, int at, int width, int[] counts) {
    var result = new long[Arrays.stream(counts).sum()];
    int done = 0;
    for (int i = 0; i < counts.length; i++) {
      System.arraycopy(ids, at + i * width, result, done, counts[i]);
      done += counts[i];
    }
    return result;
  }

  private void pass(VectorLayers.Batch batch, long[] ids, Piece piece, KvCache cache) {
    var table = decoder.rotaryTable(piece.end());
    try (var scope = decoder.manager().newSubManager()) {
      layers.pass(scope, batch, ids, cache, layer -> attend(layer, table, piece));
    }
  }

  private void attend(AttentionHeads.Layer layer, RotaryTable table, Piece piece) {
    long read = 2L * piece.size() * decoder.config().hiddenSize();
    threads.run(
        attention.rememberTasks(piece),
        read,
        task -> attention.remember(layer, table.cos(), table.sin(), piece, task));
    threads.tiled(
        attention.attendTasks(piece),
        read,
        task -> attention.attend(layer, table.cos(), table.sin(), piece, task));
  }
}
