package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.cft.lm.torch.ArrayMemory;
import dev.cft.lm.vector.AttentionHeads;
import dev.cft.lm.vector.BlockAttention;
import dev.cft.lm.vector.Numbers;
import dev.cft.lm.vector.Piece;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// A step that Java computes ([VectorLayers]), whose rows keep keys and values in pages.
final class PagedStep implements DecodingStep {
  private final Decoder decoder;
  private final StepThreads threads = new StepThreads();
  private final VectorLayers layers;
  private final BlockAttention attention;
  private final PagePool pool;
  private final List<PagePool.Pages> rows = new ArrayList<>();

  /// Whether there are products of blocks for the attention, besides what [VectorPass#fits] says.
  static boolean fits(Decoder decoder) {
    return BlockAttention.fits(decoder.precision() == Precision.BF16);
  }

  PagedStep(Decoder decoder) {
    this.decoder = decoder;
    this.layers = new VectorLayers(decoder, threads);
    this.attention =
        new BlockAttention(
            VectorLayers.heads(decoder.config()), decoder.precision() == Precision.BF16);
    this.pool =
        new PagePool(
            decoder,
            BlockAttention.TOKENS,
            attention.blockBytes(),
            decoder.config().layers() * decoder.config().keyValueHeads(),
            KvCache.MOST_BYTES);
  }

  @Override
  public long tokens(List<Integer> longest) {
    return longest.stream().mapToLong(pool::room).sum();
  }

  @Override
  public Prompts prompts(List<int[]> prompts) {
    return new PagedPrompts(prompts);
  }

  @Override
  public NextTokens run(NDManager scope, long[] ids, long[] positions, boolean logits) {
    for (int row = 0; row < ids.length; row++) {
      rows.get(row).reserve(Math.toIntExact(positions[row] + 1));
    }
    return layers.step(
        scope,
        ids,
        positions,
        logits,
        (index, layer, newest, table) -> {
          var blocks = blocks(rows, index);
          return task ->
              attention.attendNewest(layer, blocks, table.cos(), table.sin(), newest, task);
        });
  }

  /// Where one layer finds the rows' keys and values.
  private BlockAttention.Blocks blocks(List<PagePool.Pages> rows, int layer) {
    int first = layer * decoder.config().keyValueHeads();
    return (row, head, index) -> rows.get(row).block(first + head, index);
  }

  @Override
  public void leave(int row) {
    rows.get(row).close();
    var last = rows.removeLast();
    if (row < rows.size()) {
      rows.set(row, last);
    }
  }

  @Override
  public void release() {
    rows.forEach(PagePool.Pages::close);
    rows.clear();
    pool.release();
  }

  @Override
  public void close() {
    release();
    layers.close();
  }

  /// Prompts that pass one after the other, short ones together.
  private final class PagedPrompts implements Prompts {
    /// Tokens that pass at once (our choice: what a thread multiplies stays in its cache).
    private static final int PASSED = 512;

    private final NDManager manager = decoder.manager().newSubManager();
    private final List<int[]> prompts;
    private final List<PagePool.Pages> pages = new ArrayList<>();
    private final NDArray hidden;

    /// The first prompt that is not done, and how many of its tokens are.
    private int open;

    private int done;

    PagedPrompts(List<int[]> prompts) {
      this.prompts = List.copyOf(prompts);
      prompts.forEach(_ -> pages.add(pool.new Pages()));
      this.hidden = manager.zeros(new Shape(prompts.size(), decoder.config().hiddenSize()));
    }

    @Override
    public boolean advance(int tokens) {
      for (int left = tokens; left > 0 && open < prompts.size(); ) {
        left -= pass(Math.min(left, PASSED));
      }
      return open == prompts.size();
    }

    /// Passes the rest of the open prompt and whole ones after it, or a part of the open one if not
    /// even that is so short.
    ///
    /// @param most how many tokens
    /// @return how many they are
    private int pass(int most) {
      var counts = new ArrayList<Integer>();
      int sum = Math.min(most, prompts.get(open).length - done);
      counts.add(sum);
      boolean ends = done + sum == prompts.get(open).length;
      for (int i = open + 1; ends && i < prompts.size(); i++) {
        int length = prompts.get(i).length;
        if (sum + length > most) {
          break;
        }
        counts.add(length);
        sum += length;
      }
      pass(counts.stream().mapToInt(Integer::intValue).toArray());
      done = ends ? 0 : done + sum;
      open += ends ? counts.size() : 0;
      return sum;
    }

    /// Passes so many tokens of each of the prompts from the open one on.
    private void pass(int[] counts) {
      var starts = new int[counts.length];
      starts[0] = done;
      var piece = Piece.ofPrompts(starts, counts);
      var ids = new long[piece.size()];
      for (int row = 0; row < counts.length; row++) {
        pages.get(open + row).reserve(starts[row] + counts[row]);
        for (int t = 0; t < counts[row]; t++) {
          ids[piece.last(row) + 1 - counts[row] + t] = prompts.get(open + row)[starts[row] + t];
        }
      }
      try (var batch = layers.new Batch(piece.size());
          var scope = decoder.manager().newSubManager()) {
        layers.pass(scope, batch, ids, (index, layer) -> attend(index, layer, piece));
        var states = new Numbers(ArrayMemory.of(hidden), false);
        for (int row = 0; row < counts.length; row++) {
          batch.copyState(piece.last(row), states, open + row);
        }
      }
    }

    private void attend(int index, AttentionHeads.Layer layer, Piece piece) {
      var table = decoder.rotaryTable(piece.end());
      var there = blocks(pages.subList(open, open + piece.rows()), index);
      long read = 2L * piece.size() * decoder.config().hiddenSize();
      threads.run(
          attention.rememberTasks(piece),
          read,
          task -> attention.remember(layer, there, table.cos(), table.sin(), piece, task));
      threads.tiled(
          attention.attendTasks(piece),
          read,
          task -> attention.attend(layer, there, table.cos(), table.sin(), piece, task));
    }

    @Override
    public NextTokens join(NDManager scope, int[] joining) {
      var taken = new BitSet();
      for (int prompt : joining) {
        var its = pages.get(prompt);
        rows.add(taken.get(prompt) ? its.copy(prompts.get(prompt).length) : its);
        taken.set(prompt);
      }
      pages.clear();
      var groups = scope.create(Arrays.stream(joining).asLongStream().toArray());
      return NextTokens.of(decoder.infer(scope, "first_tokens", hidden, groups));
    }

    @Override
    public void close() {
      pages.forEach(PagePool.Pages::close);
      manager.close();
    }
  }
}
