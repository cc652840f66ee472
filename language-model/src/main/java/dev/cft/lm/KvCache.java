package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/// Keys and values of every layer, `[rows, K, slots, D]` each, in which the running rows are the
/// first ones.
final class KvCache implements AutoCloseable {
  /// Slots are added in steps of this many tokens (our choice: a step of 64 rows of the demo model
  /// is 12 MB).
  private static final int STEP = 64;

  private final ModelConfig config;
  private final NDManager manager;
  private final int mostRows;
  private int rows;
  private int slots;
  private List<NDArray> keys = List.of();
  private List<NDArray> values = List.of();

  KvCache(Decoder decoder, int mostRows) {
    this.config = decoder.config();
    this.manager = decoder.manager().newSubManager();
    this.mostRows = mostRows;
  }

  int mostRows() {
    return mostRows;
  }

  List<NDArray> keys() {
    return keys;
  }

  List<NDArray> values() {
    return values;
  }

  /// Bytes that one token of one row takes.
  static long bytesPerToken(ModelConfig config) {
    return 2L * 4 * config.layers() * config.keyValueHeads() * config.headSize();
  }

  /// Makes room for this many rows of this many tokens: a single caller needs no room for a crowd.
  void reserve(int moreRows, int tokens) {
    if (moreRows <= rows && tokens <= slots) {
      return;
    }
    int newRows = moreRows <= rows ? rows : Math.clamp(2L * rows, moreRows, mostRows);
    int newSlots = slots;
    if (tokens > slots) {
      int wanted = Math.max(tokens, Math.min(2 * slots, slots + 8 * STEP));
      newSlots = (wanted + STEP - 1) / STEP * STEP;
    }
    keys = grown(keys, newRows, newSlots);
    values = grown(values, newRows, newSlots);
    rows = newRows;
    slots = newSlots;
  }

  private List<NDArray> grown(List<NDArray> old, int newRows, int newSlots) {
    var arrays = new ArrayList<NDArray>();
    for (int layer = 0; layer < config.layers(); layer++) {
      // Zeros, not garbage: a masked weight of 0 times NaN would still be NaN.
      var array =
          manager.zeros(
              new Shape(newRows, config.keyValueHeads(), newSlots, config.headSize()),
              DataType.FLOAT32);
      if (!old.isEmpty()) {
        try (var previous = old.get(layer)) {
          array.set(new NDIndex(":{}, :, :{}, :", rows, slots), previous);
        }
      }
      arrays.add(array);
    }
    return arrays;
  }

  @Override
  public void close() {
    manager.close();
  }
}
