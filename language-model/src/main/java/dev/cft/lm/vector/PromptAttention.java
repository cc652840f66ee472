package dev.cft.lm.vector;

import dev.cft.lm.torch.Brgemm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Causal attention of a piece of some prompts to what is before it and to itself: scores and sums
/// of values are products of blocks, for some tokens and all query heads that share keys at once
/// (ADR 88).
///
/// For one caller at a time; its threads may do different tasks.
public final class PromptAttention {
  /// Tokens whose keys and values are multiplied at once. Products always have the same size: a
  /// kernel is compiled for each.
  private static final int KEYS = 64;

  /// Tokens whose queries are multiplied at once (our choice: the scores of 48 rows to 4,096 tokens
  /// are 0.8 MB).
  private static final int QUERIES = 16;

  private final CachedAttention heads;
  private final int keyValueHeads;
  private final int group;
  private final int size;
  private final boolean bf16;
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
  private Numbers packed;

  /// Buffers of a thread.
  private final class Scratch {
    final Numbers queries = numbers((long) rows() * size, bf16);
    final Numbers sums = numbers((long) rows() * size, false);
    final float[] head = new float[size];
    float[] weights = new float[0];

    /// `[blocks, rows, KEYS]`, as the following.
    Numbers scores = numbers(0, false);

    Numbers shares = numbers(0, bf16);

    void reserve(int blocks) {
      if (weights.length < blocks * KEYS) {
        weights = new float[blocks * KEYS];
        scores = numbers((long) blocks * rows() * KEYS, false);
        shares = numbers((long) blocks * rows() * KEYS, bf16);
      }
    }
  }

  /// @param heads what one token of each row attends by
  /// @param bf16 whether the cache is, of which [Brgemm#available] must hold
  public PromptAttention(CachedAttention heads, boolean bf16) {
    this.heads = heads;
    this.keyValueHeads = heads.keyValueHeads();
    this.group = heads.group();
    this.size = heads.size();
    this.bf16 = bf16;
    this.packed = numbers(0, bf16);
  }

  /// Whether there are products for it, and not those by tiles: PyTorch's operators make more of
  /// them with many rows.
  public static boolean fits(boolean bf16) {
    return Brgemm.available(bf16) && !(bf16 && Brgemm.tiles());
  }

  private static Numbers numbers(long count, boolean bf16) {
    return new Numbers(Arena.ofAuto().allocate((bf16 ? 2 : 4) * Math.max(1, count), 64), bf16);
  }

  /// Rows of a product.
  private int rows() {
    return QUERIES * group;
  }

  /// Numbers of a block's keys, and of its values.
  private int block() {
    return KEYS * size;
  }

  private static int blocks(PromptPiece piece) {
    return Math.ceilDiv(piece.end(), KEYS);
  }

  /// How many tasks [#remember] is made of.
  public int rememberTasks(PromptPiece piece) {
    return piece.rows() * keyValueHeads;
  }

  /// How many tasks [#attend] is made of.
  public int attendTasks(PromptPiece piece) {
    return rememberTasks(piece) * Math.ceilDiv(piece.longest(), QUERIES);
  }

  /// Makes room for a piece's keys and values.
  public void reserve(PromptPiece piece) {
    long count = 2L * rememberTasks(piece) * blocks(piece) * block();
    if (packed.memory().byteSize() < count * packed.size()) {
      packed = numbers(count, bf16);
    }
  }

  /// Writes keys and values of the piece's tokens into the cache, and those of all tokens up to
  /// there in the order that the products want. All tasks of it come before [#attend]'s.
  ///
  /// @param cos the rotary position embedding's cosines `[positions, D/2]`
  /// @param sin its sines
  public void remember(
      CachedAttention.Layer layer, float[] cos, float[] sin, PromptPiece piece, int task) {
    int row = task / keyValueHeads;
    int head = task % keyValueHeads;
    long cached = heads.place(layer, piece.first() + row, head);
    float[] room = scratch.get().head;
    for (int t = 0; t < piece.tokens(row); t++) {
      int position = piece.start() + t;
      int index = piece.begin(row) + t;
      var token = new CachedAttention.Token(layer, cos, sin, index, head, position);
      heads.remember(token, cached + 2L * position * size, room);
    }
    int length = piece.start() + piece.tokens(row);
    for (int b = 0; b * KEYS < length; b++) {
      int tokens = Math.min(KEYS, length - b * KEYS);
      var from = layer.cache().memory().asSlice(packed.size() * (cached + 2L * b * block()));
      var keys = keys(piece, task, b);
      var values = values(piece, task, b);
      if (bf16) {
        packBf16(from, tokens, keys, values);
      } else {
        packFp32(from, tokens, keys, values);
      }
    }
  }

  private MemorySegment keys(PromptPiece piece, int head, int block) {
    return packed.memory().asSlice(2L * packed.size() * block() * (head * blocks(piece) + block));
  }

  private MemorySegment values(PromptPiece piece, int head, int block) {
    return keys(piece, head, block).asSlice((long) packed.size() * block());
  }

  /// Keys `[D/2, KEYS, 2]` and values `[KEYS/2, D, 2]`, the latter filled up with zeros.
  private void packBf16(MemorySegment from, int tokens, MemorySegment keys, MemorySegment values) {
    for (int t = 0; t < tokens; t++) {
      for (int pair = 0; pair < size / 2; pair++) {
        int both = from.get(ValueLayout.JAVA_INT, 4L * (t * size + pair));
        keys.set(ValueLayout.JAVA_INT, 4L * (pair * KEYS + t), both);
      }
    }
    for (int t = 0; t < KEYS; t += 2) {
      for (int i = 0; i < size; i++) {
        int even = t < tokens ? value(from, t, i) : 0;
        int odd = t + 1 < tokens ? value(from, t + 1, i) : 0;
        values.set(ValueLayout.JAVA_INT, 4L * (t / 2 * size + i), (odd << 16) | (even & 0xffff));
      }
    }
  }

  private int value(MemorySegment from, int token, int index) {
    return from.get(ValueLayout.JAVA_SHORT, 2L * ((2 * token + 1) * size + index));
  }

  /// Keys `[D, KEYS]` and values `[KEYS, D]`, the latter filled up with zeros.
  private void packFp32(MemorySegment from, int tokens, MemorySegment keys, MemorySegment values) {
    long bytes = 4L * size;
    for (int t = 0; t < tokens; t++) {
      for (int i = 0; i < size; i++) {
        float number = from.get(ValueLayout.JAVA_FLOAT, 4L * (2 * t * size + i));
        keys.set(ValueLayout.JAVA_FLOAT, 4L * (i * KEYS + t), number);
      }
      MemorySegment.copy(from, bytes * (2 * t + 1), values, bytes * t, bytes);
    }
    values.asSlice(bytes * tokens, bytes * (KEYS - tokens)).fill((byte) 0);
  }

  /// Writes the attention of some tokens' query heads that share keys into the layer's result, in
  /// [Brgemm#tiled].
  public void attend(
      CachedAttention.Layer layer, float[] cos, float[] sin, PromptPiece piece, int task) {
    int parts = Math.ceilDiv(piece.longest(), QUERIES);
    int keys = task / parts;
    int row = keys / keyValueHeads;
    int head = keys % keyValueHeads;
    int first = task % parts * QUERIES;
    int end = Math.min(piece.tokens(row), first + QUERIES);
    if (first >= end) {
      return;
    }
    int blocks = Math.ceilDiv(piece.start() + end, KEYS);
    var buffers = scratch.get();
    buffers.reserve(blocks);
    for (int t = first; t < end; t++) {
      int index = piece.begin(row) + t;
      var token = new CachedAttention.Token(layer, cos, sin, index, head, piece.start() + t);
      for (int h = 0; h < group; h++) {
        heads.query(token, head * group + h, buffers.head);
        buffers.queries.write(buffers.head, 0, size, (long) ((t - first) * group + h) * size);
      }
    }
    scores(piece, keys, blocks, buffers);
    for (int t = first; t < end; t++) {
      for (int h = 0; h < group; h++) {
        share(buffers, (t - first) * group + h, piece.start() + t + 1, blocks);
      }
    }
    sums(piece, keys, blocks, buffers);
    for (int t = first; t < end; t++) {
      long token = (long) piece.begin(row) + t;
      long index = (token * keyValueHeads + head) * group;
      for (int h = 0; h < group; h++) {
        buffers.sums.read((long) ((t - first) * group + h) * size, buffers.head, 0, size);
        layer.result().write(buffers.head, 0, size, (index + h) * size);
      }
    }
  }

  private void scores(PromptPiece piece, int keys, int blocks, Scratch buffers) {
    var queries = new Brgemm.Block(buffers.queries.memory(), size);
    for (int b = 0; b < blocks; b++) {
      var some = new Brgemm.Block(keys(piece, keys, b), KEYS);
      multiply(KEYS, size, queries, some, block(buffers.scores, b), false);
    }
  }

  private void sums(PromptPiece piece, int keys, int blocks, Scratch buffers) {
    var sums = new Brgemm.Block(buffers.sums.memory(), size);
    for (int b = 0; b < blocks; b++) {
      var values = new Brgemm.Block(values(piece, keys, b), size);
      multiply(size, KEYS, block(buffers.shares, b), values, sums, b > 0);
    }
  }

  private Brgemm.Block block(Numbers numbers, int block) {
    return new Brgemm.Block(
        numbers.memory().asSlice((long) numbers.size() * block * rows() * KEYS), KEYS);
  }

  private void multiply(int n, int k, Brgemm.Block a, Brgemm.Block b, Brgemm.Block c, boolean add) {
    if (bf16) {
      Brgemm.multiplyBf16(rows(), n, k, a, b, c, add);
    } else {
      Brgemm.multiplyFp32(rows(), n, k, a, b, c, add);
    }
  }

  /// The softmax of a row's scores of the first tokens, zeros for those after them.
  private void share(Scratch buffers, int row, int tokens, int blocks) {
    float[] weights = buffers.weights;
    int whole = Math.ceilDiv(tokens, Numbers.LANES) * Numbers.LANES;
    for (int b = 0; b < blocks; b++) {
      buffers.scores.read(((long) b * rows() + row) * KEYS, weights, b * KEYS, KEYS);
    }
    Arrays.fill(weights, tokens, whole, Float.NEGATIVE_INFINITY);
    Rows.softmax(weights, 0, whole);
    Arrays.fill(weights, whole, blocks * KEYS, 0f);
    for (int b = 0; b < blocks; b++) {
      buffers.shares.write(weights, b * KEYS, KEYS, ((long) b * rows() + row) * KEYS);
    }
  }
}
