package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
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
  private final int rows;
  private int slots;
  private List<NDArray> keys = List.of();
  private List<NDArray> values = List.of();

  KvCache(Decoder decoder, int rows) {
    this.config = decoder.config();
    this.manager = decoder.manager().newSubManager();
    this.rows = rows;
  }

  int rows() {
    return rows;
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

  /// Makes room for sequences of this many tokens.
  void reserve(int tokens) {
    if (tokens > slots) {
      int grown = Math.max(tokens, Math.min(2 * slots, slots + 8 * STEP));
      grown = (grown + STEP - 1) / STEP * STEP;
      keys = grown(keys, grown);
      values = grown(values, grown);
      slots = grown;
    }
  }

  private List<NDArray> grown(List<NDArray> old, int grown) {
    var arrays = new ArrayList<NDArray>();
    for (int layer = 0; layer < config.layers(); layer++) {
      // Zeros, not garbage: a masked weight of 0 times NaN would still be NaN.
      var array =
          manager.zeros(
              new Shape(rows, config.keyValueHeads(), grown, config.headSize()), DataType.FLOAT32);
      if (!old.isEmpty()) {
        try (var previous = old.get(layer)) {
          array.set(new ai.djl.ndarray.index.NDIndex(":, :, :{}, :", slots), previous);
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
