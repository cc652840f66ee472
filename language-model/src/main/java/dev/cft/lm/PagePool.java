package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import dev.cft.lm.torch.ArrayMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Memory for the keys and values of rows, in blocks of some tokens of one row in one head of a
/// layer: rows need none for tokens that they do not have, none is copied when they grow, and rows
/// with the same prompt share its memory (Kwon et al., arXiv 2309.06180).
///
/// A row's blocks come by the page, `[parts, blocks, …]`, where a part is a head of a layer. The
/// longer a row is, the more blocks have its pages: whoever attends reads long runs.
final class PagePool {
  /// Most blocks of a page (our choice).
  private static final int MOST = 8;

  private final Decoder decoder;
  private final int tokens;
  private final long bytes;
  private final int parts;
  private final long most;
  private final Map<Integer, Deque<Page>> free = new HashMap<>();
  private long allocated;

  /// A page, and how many rows have it.
  private final class Page {
    final NDArray array;
    final MemorySegment memory;
    final int blocks;
    int rows = 1;

    Page(int blocks) {
      int numbers = Math.toIntExact(bytes / decoder.precision().bytes() * parts);
      this.array = decoder.room(decoder.manager(), blocks, numbers, decoder.precision());
      this.memory = ArrayMemory.of(array);
      this.blocks = blocks;
      allocated += bytes();
    }

    long bytes() {
      return bytes * parts * blocks;
    }

    void free() {
      allocated -= bytes();
      array.close();
    }

    /// Some successive blocks of one part.
    MemorySegment blocks(int part, int first, int count) {
      return memory.asSlice(((long) part * blocks + first) * bytes, count * bytes);
    }

    void copyFrom(Page other, int count) {
      for (int part = 0; part < parts; part++) {
        blocks(part, 0, count).copyFrom(other.blocks(part, 0, count));
      }
    }
  }

  /// One of a row's blocks.
  private record Place(Page page, int index) {}

  /// The memory of one row, from its first token on.
  final class Pages implements AutoCloseable {
    private final List<Page> pages = new ArrayList<>();
    private final List<Place> blocks = new ArrayList<>();

    /// Makes room for so many tokens.
    void reserve(int count) {
      int wanted = Math.ceilDiv(count, tokens);
      while (blocks.size() < wanted) {
        int most = Math.max(blocks.size(), wanted - blocks.size());
        add(take(Integer.highestOneBit(Math.min(most, MOST))));
      }
    }

    /// How many tokens there is room for.
    long room() {
      return (long) blocks.size() * tokens;
    }

    private void add(Page page) {
      pages.add(page);
      for (int i = 0; i < page.blocks; i++) {
        blocks.add(new Place(page, i));
      }
    }

    /// One of the blocks of one part.
    MemorySegment block(int part, int index) {
      var place = blocks.get(index);
      return place.page.blocks(part, place.index, 1);
    }

    /// The same so many tokens for another row: pages that are full of them are shared, because
    /// nobody writes to them any more.
    Pages copy(int count) {
      var copy = new Pages();
      for (var page : pages) {
        int left = Math.ceilDiv(count, tokens) - copy.blocks.size();
        if ((copy.blocks.size() + page.blocks) * tokens <= count) {
          page.rows++;
          copy.add(page);
        } else if (left > 0) {
          var own = take(page.blocks);
          own.copyFrom(page, left);
          copy.add(own);
        }
      }
      return copy;
    }

    @Override
    public void close() {
      for (var page : pages) {
        if (--page.rows == 0) {
          free(page.blocks).push(page);
        }
      }
      pages.clear();
      blocks.clear();
    }
  }

  /// @param tokens of a block
  /// @param bytes of a block
  /// @param parts heads of all layers
  /// @param most bytes up to which pages are kept that no row has
  PagePool(Decoder decoder, int tokens, long bytes, int parts, long most) {
    this.decoder = decoder;
    this.tokens = tokens;
    this.bytes = bytes;
    this.parts = parts;
    this.most = most;
  }

  /// Bytes of all pages.
  long allocated() {
    return allocated;
  }

  /// For how many tokens a row of so many takes room, however it grew.
  long room(int count) {
    int wanted = Math.max(1, Math.ceilDiv(count, tokens));
    int blocks =
        wanted < MOST ? Integer.highestOneBit(2 * wanted - 1) : Math.ceilDiv(wanted, MOST) * MOST;
    return (long) blocks * tokens;
  }

  private Deque<Page> free(int blocks) {
    return free.computeIfAbsent(blocks, _ -> new ArrayDeque<>());
  }

  private Page take(int blocks) {
    if (free(blocks).isEmpty()) {
      if (allocated + blocks * bytes * parts > most) {
        release();
      }
      return new Page(blocks);
    }
    var page = free(blocks).pop();
    page.rows = 1;
    return page;
  }

  /// Gives back the memory that no row has.
  void release() {
    free.values().forEach(pages -> pages.forEach(Page::free));
    free.clear();
  }
}
