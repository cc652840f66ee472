package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import dev.cft.lm.vector.CachedAttention;
import dev.cft.lm.vector.Numbers;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Keys and values of every layer, `[layers, rows, K, slots, 2, D]`, in which the running rows are
/// the first ones.
final class KvCache {
  /// Slots are added in steps of this many tokens (a step of 64 rows of the demo model is 12 MB).
  private static final int STEP = 64;

  /// Most bytes of rows that run together (our choice, for machines from 4 GB on).
  static final long MOST_BYTES = 1L << 30;

  private final Decoder decoder;
  private int rows;
  private int slots;
  private @Nullable NDArray array;
  private @Nullable Numbers numbers;

  KvCache(Decoder decoder) {
    this.decoder = decoder;
  }

  /// The array, once room was reserved.
  NDArray array() {
    return Objects.requireNonNull(array, "no room was reserved");
  }

  /// What Java attends to in one of the layers.
  CachedAttention.Slots layer(int index) {
    var config = decoder.config();
    long each = 2L * rows * slots * config.keyValueHeads() * config.headSize();
    if (numbers == null) {
      numbers = decoder.numbers(array(), each * config.layers());
    }
    return new CachedAttention.Slots(numbers, index * each, slots);
  }

  /// Bytes that one token of one row takes.
  static long bytesPerToken(ModelConfig config, Precision precision) {
    return 2L * precision.bytes() * config.layers() * config.keyValueHeads() * config.headSize();
  }

  /// Makes room for this many rows of this many tokens: a single caller needs no room for a crowd.
  void reserve(int moreRows, int tokens) {
    if (moreRows <= rows && tokens <= slots) {
      return;
    }
    int newSlots = slots;
    if (tokens > slots) {
      int wanted = Math.max(tokens, Math.min(2 * slots, slots + 8 * STEP));
      newSlots = Math.ceilDiv(wanted, STEP) * STEP;
    }
    int newRows =
        moreRows <= rows ? rows : Math.clamp(2L * rows, moreRows, most(moreRows, newSlots));
    try (var scope = decoder.manager().newSubManager()) {
      var size = List.of(scope.create((long) newRows), scope.create((long) newSlots));
      array = array == null ? empty(size) : grown(array, size);
    }
    numbers = null;
    rows = newRows;
    slots = newSlots;
  }

  private int most(int rows, int slots) {
    long bytes = bytesPerToken(decoder.config(), decoder.precision()) * slots;
    return Math.clamp(MOST_BYTES / bytes, rows, Integer.MAX_VALUE);
  }

  private NDArray empty(List<NDArray> size) {
    return decoder
        .infer(decoder.manager(), "cache", size.get(0), size.get(1), decoder.cos(1))
        .getFirst();
  }

  private NDArray grown(NDArray old, List<NDArray> size) {
    try (old) {
      return decoder.infer(decoder.manager(), "grown", old, size.get(0), size.get(1)).getFirst();
    }
  }

  /// Gives the memory back.
  void release() {
    if (array != null) {
      array.close();
    }
    array = null;
    numbers = null;
    rows = 0;
    slots = 0;
  }
}
