package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// A step whose rows have as many slots each in one cache, as the script wants them.
final class SlottedStep implements DecodingStep {
  private final Decoder decoder;
  private final Pass pass;
  private final KvCache cache;

  /// Tokens of each of the rows that run.
  private final List<Integer> lengths = new ArrayList<>();

  /// What computes with the cache.
  interface Pass extends AutoCloseable {
    /// As [DecodingStep#run], for the first rows of the cache, in which there is room.
    NextTokens run(NDManager scope, long[] ids, long[] positions, KvCache cache, boolean logits);

    /// Passes a piece of some prompts, padded on the right, through the model, and remembers their
    /// keys and values in the last rows of the cache, in which there is room.
    ///
    /// @param ids `[rows, tokens]`
    /// @param start position of the first token of each row
    /// @param ends index in the piece of each row's last token; -1 if that comes later
    /// @param hidden `[all rows of the cache, h]` in fp32: where the hidden states of last tokens
    ///   go
    void extend(long[] ids, int rows, int start, int[] ends, KvCache cache, NDArray hidden);

    @Override
    void close();
  }

  SlottedStep(Decoder decoder, Pass pass) {
    this.decoder = decoder;
    this.pass = pass;
    this.cache = new KvCache(decoder);
  }

  @Override
  public long tokens(List<Integer> longest) {
    return longest.isEmpty() ? 0 : (long) longest.size() * Collections.max(longest);
  }

  @Override
  public Prompts prompts(List<int[]> prompts) {
    return new PaddedPrompts(prompts);
  }

  @Override
  public NextTokens run(NDManager scope, long[] ids, long[] positions, boolean logits) {
    for (int row = 0; row < ids.length; row++) {
      lengths.set(row, Math.toIntExact(positions[row] + 1));
    }
    cache.reserve(ids.length, Collections.max(lengths));
    return pass.run(scope, ids, positions, cache, logits);
  }

  @Override
  public void leave(int row) {
    int length = lengths.removeLast();
    if (row == lengths.size()) {
      return;
    }
    lengths.set(row, length);
    try (var scope = decoder.manager().newSubManager()) {
      decoder.infer(
          scope,
          "move",
          scope.create((long) lengths.size()),
          scope.create((long) row),
          scope.create((long) length),
          cache.array());
    }
  }

  @Override
  public void release() {
    lengths.clear();
    cache.release();
  }

  @Override
  public void close() {
    release();
    pass.close();
  }

  /// Prompts that pass together, as long as the longest.
  private final class PaddedPrompts implements Prompts {
    private final NDManager manager = decoder.manager().newSubManager();
    private final List<int[]> prompts;
    private final KvCache passed = new KvCache(decoder);
    private final NDArray hidden;
    private int done;

    PaddedPrompts(List<int[]> prompts) {
      this.prompts = List.copyOf(prompts);
      passed.reserve(prompts.size(), longest());
      this.hidden = manager.zeros(new Shape(prompts.size(), decoder.config().hiddenSize()));
    }

    private int longest() {
      return prompts.getLast().length;
    }

    @Override
    public boolean advance(int tokens) {
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
      pass.extend(ids, open, done, ends, passed, hidden);
      done += width;
      return done == longest();
    }

    @Override
    public NextTokens join(NDManager scope, int[] rows) {
      int first = lengths.size();
      IntStream.of(rows).forEach(prompt -> lengths.add(prompts.get(prompt).length));
      cache.reserve(lengths.size(), Collections.max(lengths) + 1);
      var groups = scope.create(Arrays.stream(rows).asLongStream().toArray());
      decoder.infer(
          scope,
          "seat",
          groups,
          scope.create((long) first),
          scope.create((long) longest()),
          passed.array(),
          cache.array());
      return NextTokens.of(decoder.infer(scope, "first_tokens", hidden, groups));
    }

    @Override
    public void close() {
      passed.release();
      manager.close();
    }
  }
}
