package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.cft.lm.vector.BlockAttention;
import dev.cft.lm.vector.Numbers;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Keys and values of every layer, `[layers, rows, K, slots, 2, D]`, in which the running rows are
/// the first ones. Within whole steps of a head's slots the [DecodingStep] orders them as it likes.
final class KvCache implements AutoCloseable {
  /// Slots are added in steps of this many tokens (a step of 64 rows of the demo model is 12 MB).
  private static final int STEP = BlockAttention.TOKENS;

  private final Decoder decoder;
  private final NDManager manager;
  private final int mostRows;
  private int rows;
  private int slots;
  private @Nullable NDArray array;
  private @Nullable Numbers numbers;

  KvCache(Decoder decoder, int mostRows) {
    this.decoder = decoder;
    this.manager = decoder.manager().newSubManager();
    this.mostRows = mostRows;
  }

  int mostRows() {
    return mostRows;
  }

  /// The array, once room was reserved.
  NDArray array() {
    return Objects.requireNonNull(array, "no room was reserved");
  }

  /// The array's numbers where they lie.
  Numbers numbers() {
    if (numbers == null) {
      numbers = decoder.numbers(array(), numbersPerLayer() * decoder.config().layers());
    }
    return numbers;
  }

  /// How many numbers a layer has in the array.
  long numbersPerLayer() {
    var config = decoder.config();
    return 2L * rows * slots * config.keyValueHeads() * config.headSize();
  }

  /// Rows that there is room for.
  int rows() {
    return rows;
  }

  /// Tokens of a row that there is room for.
  int slots() {
    return slots;
  }

  /// Bytes that one token of one row takes.
  static long bytesPerToken(ModelConfig config, Precision precision) {
    return 2L * precision.bytes() * config.layers() * config.keyValueHeads() * config.headSize();
  }

  /// The slots of so many tokens, as they are copied from row to row.
  static int wholeSteps(int tokens) {
    return Math.ceilDiv(tokens, STEP) * STEP;
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
      newSlots = wholeSteps(wanted);
    }
    try (var scope = manager.newSubManager()) {
      var size = List.of(scope.create((long) newRows), scope.create((long) newSlots));
      array = array == null ? empty(size) : grown(array, size);
    }
    numbers = null;
    rows = newRows;
    slots = newSlots;
  }

  private NDArray empty(List<NDArray> size) {
    return decoder.infer(manager, "cache", size.get(0), size.get(1), decoder.cos(1)).getFirst();
  }

  private NDArray grown(NDArray old, List<NDArray> size) {
    try (old) {
      return decoder.infer(manager, "grown", old, size.get(0), size.get(1)).getFirst();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
