package dev.cft.lm.vector;

import dev.cft.lm.torch.Brgemm;
import dev.cft.lm.vector.AttentionHeads.Layer;
import dev.cft.lm.vector.AttentionHeads.Token;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Causal attention of a piece of some rows to what is before it and to itself: scores and sums of
/// values are products of blocks, for some tokens and all query heads that share keys at once (ADR
/// 88). Keys and values lie in the products' order, in blocks of [#TOKENS]: in bf16 keys `[D/2,
/// TOKENS, 2]` and then values `[TOKENS/2, D, 2]`, in fp32 keys `[D, TOKENS]` and then values
/// `[TOKENS, D]` (ADR 90).
///
/// For one caller at a time; its threads may do different tasks.
public final class BlockAttention {
  /// Tokens of a block.
  public static final int TOKENS = 64;

  /// Of the last block so many tokens at once are left out, if nobody attends to them (our choice:
  /// products of few sizes, because a kernel is compiled for each).
  private static final int SOME = 32;

  /// Tokens of a prompt whose queries are multiplied at once (our choice).
  private static final int QUERIES = 16;

  /// Blocks of a prompt whose scores are weighed together. The newest tokens' blocks are taken one
  /// after the other, as they lie in memory: so the processor has fetched what comes next.
  private static final int TOGETHER = 4;

  private final AttentionHeads heads;
  private final int keyValueHeads;
  private final int group;
  private final int size;
  private final boolean bf16;
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

  /// Where the keys and values of some rows lie in one layer.
  public interface Blocks {
    /// Those of a row's tokens from [#TOKENS] × `index` on in one key and value head.
    MemorySegment block(int row, int head, int index);
  }

  /// Buffers of a thread.
  private final class Scratch {
    final float[] values = new float[size];
    final Numbers head = numbers(size, bf16);
    final Numbers queries = numbers((long) QUERIES * group * size, bf16);

    /// `[rows, TOGETHER, TOKENS]`, as the following.
    final Numbers scores = numbers((long) QUERIES * group * TOGETHER * TOKENS, false);

    final Numbers weights = numbers((long) QUERIES * group * TOGETHER * TOKENS, bf16);

    /// `[rows, D]`.
    final Numbers sums = numbers((long) QUERIES * group * size, false);

    /// Those that are weighed together.
    final MemorySegment[] blocks = new MemorySegment[TOGETHER];

    final RunningSoftmax softmax =
        new RunningSoftmax(scores, weights, QUERIES * group, TOGETHER * TOKENS);

    /// Turns a row's scores into weights.
    ///
    /// @param tokens whose scores they are
    /// @param seen how many of them the row attends to
    void weigh(int row, int tokens, int seen) {
      float share = softmax.weigh(row, tokens, seen);
      if (share != 1) {
        sums.multiply((long) row * size, size, share);
      }
    }

    /// Reads a row's sum, divided by the sum of its weights.
    void result(int row) {
      sums.read((long) row * size, values, 0, size);
      Rows.multiply(values, size, 1 / softmax.total(row));
    }
  }

  /// Some tokens of one row in one of the layer's key and value heads.
  ///
  /// @param row of the piece
  /// @param head which of the layer's key and value heads
  /// @param first which of the piece's tokens is the first of them
  /// @param position of that token
  /// @param count how many tokens
  /// @param rows of each product
  /// @param together blocks that are weighed together
  private record Queries(
      Blocks blocks,
      int row,
      int head,
      int first,
      int position,
      int count,
      int rows,
      int together) {
    int end() {
      return position + count;
    }

    int needed() {
      return Math.ceilDiv(end(), TOKENS);
    }

    MemorySegment block(int index) {
      return blocks.block(row, head, index);
    }

    /// Tokens of a block that are computed with.
    int tokens(int block) {
      return Math.min(TOKENS, Math.ceilDiv(end() - block * TOKENS, SOME) * SOME);
    }
  }

  /// @param bf16 whether keys and values are, of which [#fits] must hold
  public BlockAttention(AttentionHeads heads, boolean bf16) {
    this.heads = heads;
    this.keyValueHeads = heads.keyValueHeads();
    this.group = heads.group();
    this.size = heads.size();
    this.bf16 = bf16;
  }

  /// Whether there are products for it, and not those by tiles: PyTorch's operators make more of
  /// them with many rows.
  public static boolean fits(boolean bf16) {
    return Brgemm.available(bf16) && !(bf16 && Brgemm.tiles());
  }

  private static Numbers numbers(long count, boolean bf16) {
    return new Numbers(Arena.ofAuto().allocate((bf16 ? 2 : 4) * count, 64), bf16);
  }

  /// How many tasks [#remember] is made of.
  public int rememberTasks(Piece piece) {
    return piece.rows() * keyValueHeads;
  }

  /// How many tasks [#attend] is made of.
  public int attendTasks(Piece piece) {
    return rememberTasks(piece) * parts(piece);
  }

  private static int parts(Piece piece) {
    return Math.ceilDiv(piece.longest(), QUERIES);
  }

  /// As [#remember] and then [#attend] of the newest token of one row in one head.
  ///
  /// @param task as many as there are rows times heads
  public void attendNewest(
      Layer layer, Blocks blocks, float[] cos, float[] sin, Piece newest, int task) {
    remember(layer, blocks, cos, sin, newest, task);
    attend(layer, blocks, cos, sin, newest, task);
  }

  /// Writes keys and values of a row's tokens in one head into its blocks. All tasks of it come
  /// before [#attend]'s of the same row and head.
  ///
  /// @param cos the rotary position embedding's cosines `[positions, D/2]`
  /// @param sin its sines
  public void remember(
      Layer layer, Blocks blocks, float[] cos, float[] sin, Piece piece, int task) {
    int row = task / keyValueHeads;
    int head = task % keyValueHeads;
    var buffers = scratch.get();
    for (int t = 0; t < piece.tokens(row); t++) {
      int position = piece.start(row) + t;
      int place = position % TOKENS;
      var token = new Token(layer, cos, sin, piece.begin(row) + t, head, position);
      var keys = blocks.block(row, head, position / TOKENS);
      var values = values(keys);
      if (place == 0) {
        // What a row that left has left is multiplied by zeros, which NaN would survive.
        values.fill((byte) 0);
      }
      heads.key(token, buffers.values);
      buffers.head.write(buffers.values, 0, size, 0);
      writeKey(buffers.head.memory(), keys, place);
      heads.value(token, buffers.values);
      buffers.head.write(buffers.values, 0, size, 0);
      writeValue(buffers.head.memory(), values, place);
    }
  }

  /// Bytes of a block.
  public long blockBytes() {
    return 2L * TOKENS * size * (bf16 ? 2 : 4);
  }

  private static MemorySegment values(MemorySegment block) {
    return block.asSlice(block.byteSize() / 2);
  }

  private void writeKey(MemorySegment key, MemorySegment keys, int place) {
    int units = bf16 ? size / 2 : size;
    for (int unit = 0; unit < units; unit++) {
      int bits = key.get(ValueLayout.JAVA_INT, 4L * unit);
      keys.set(ValueLayout.JAVA_INT, 4L * (unit * TOKENS + place), bits);
    }
  }

  private void writeValue(MemorySegment value, MemorySegment values, int place) {
    if (!bf16) {
      MemorySegment.copy(value, 0, values, 4L * place * size, 4L * size);
      return;
    }
    long first = 4L * (place / 2) * size + 2L * (place % 2);
    for (int i = 0; i < size; i++) {
      values.set(ValueLayout.JAVA_SHORT, first + 4L * i, value.get(ValueLayout.JAVA_SHORT, 2L * i));
    }
  }

  /// Writes the attention of some tokens' query heads that share keys into the layer's result, in
  /// [Brgemm#tiled].
  public void attend(Layer layer, Blocks blocks, float[] cos, float[] sin, Piece piece, int task) {
    int parts = parts(piece);
    int row = task / parts / keyValueHeads;
    int head = task / parts % keyValueHeads;
    int from = task % parts * QUERIES;
    int count = Math.min(QUERIES, piece.tokens(row) - from);
    if (count <= 0) {
      return;
    }
    var queries =
        new Queries(
            blocks,
            row,
            head,
            piece.begin(row) + from,
            piece.start(row) + from,
            count,
            (piece.longest() == 1 ? 1 : QUERIES) * group,
            piece.longest() == 1 ? 1 : TOGETHER);
    var buffers = scratch.get();
    for (int t = 0; t < count; t++) {
      var token = new Token(layer, cos, sin, queries.first + t, head, queries.position + t);
      for (int h = 0; h < group; h++) {
        heads.query(token, h, RunningSoftmax.FACTOR, buffers.values);
        buffers.queries.write(buffers.values, 0, size, (long) (t * group + h) * size);
      }
    }
    sum(queries, buffers);
    for (int t = 0; t < count; t++) {
      var token = new Token(layer, cos, sin, queries.first + t, head, queries.position + t);
      for (int h = 0; h < group; h++) {
        buffers.result(t * group + h);
        layer.result().write(buffers.values, 0, size, heads.result(token, h));
      }
    }
  }

  /// The sums of the values by their weights, some blocks after the others (arXiv 2205.14135).
  private void sum(Queries queries, Scratch buffers) {
    buffers.softmax.start();
    for (int b = 0; b < queries.needed(); b += queries.together) {
      int end = Math.min(queries.needed(), b + queries.together);
      for (int i = b; i < end; i++) {
        buffers.blocks[i - b] = queries.block(i);
        score(queries, buffers, i, i - b);
      }
      int tokens = (end - 1 - b) * TOKENS + queries.tokens(end - 1);
      for (int row = 0; row < queries.count * group; row++) {
        int seen = queries.position + row / group + 1 - b * TOKENS;
        buffers.weigh(row, tokens, Math.clamp(seen, 0, tokens));
      }
      for (int i = b; i < end; i++) {
        add(queries, buffers, i, i - b);
      }
    }
  }

  /// The scores of a block, which go to that place among those that are weighed together.
  private void score(Queries queries, Scratch buffers, int block, int place) {
    Brgemm.multiply(
        new Brgemm.Size(queries.rows, queries.tokens(block), size),
        new Brgemm.Block(buffers.queries.memory(), size),
        new Brgemm.Block(buffers.blocks[place], TOKENS),
        part(buffers.scores, place),
        false,
        bf16);
  }

  /// Adds a block's values to the sums.
  private void add(Queries queries, Scratch buffers, int block, int place) {
    var values = values(buffers.blocks[place]);
    Brgemm.multiply(
        new Brgemm.Size(queries.rows, size, queries.tokens(block)),
        part(buffers.weights, place),
        new Brgemm.Block(values, size),
        new Brgemm.Block(buffers.sums.memory(), size),
        block > 0,
        bf16);
  }

  private static Brgemm.Block part(Numbers numbers, int place) {
    long bytes = (long) numbers.size() * place * TOKENS;
    return new Brgemm.Block(numbers.memory().asSlice(bytes), TOGETHER * TOKENS);
  }
}
