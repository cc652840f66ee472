package dev.cft.lm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Which rows have which blocks of 4 tokens, in two parts; 16 blocks are kept for later rows.
class PagePoolTest {
  private interface Use {
    void of(PagePool pool);
  }

  private static void pool(Use use) {
    try (var decoder = Decoder.load(TinyModels.folder("llama"))) {
      use.of(new PagePool(decoder, 4, 64, 2, 16 * 2 * 64));
    }
  }

  private static List<MemorySegment> blocks(PagePool.Pages row, int count) {
    return IntStream.range(0, 2 * count).mapToObj(i -> row.block(i % 2, i / 2)).toList();
  }

  private static void fill(PagePool.Pages row, int count) {
    for (int i = 0; i < 2 * count; i++) {
      row.block(i % 2, i / 2).set(ValueLayout.JAVA_INT, 60, 100 + i);
    }
  }

  private static void assertFilled(PagePool.Pages row, int count) {
    for (int i = 0; i < 2 * count; i++) {
      assertThat(row.block(i % 2, i / 2).get(ValueLayout.JAVA_INT, 60)).isEqualTo(100 + i);
    }
  }

  @Test
  void a_row_that_grows_keeps_its_blocks_and_each_has_memory_of_its_own() {
    pool(pool -> {
      var row = pool.new Pages();
      for (int tokens = 1; tokens <= 200; tokens++) {
        row.reserve(tokens);
        if (tokens % 4 == 0) {
          fill(row, tokens / 4);
        }
      }

      assertFilled(row, 50);
      assertThat(blocks(row, 50)).doesNotHaveDuplicates();
    });
  }

  @Test
  void the_room_of_a_row_is_told_before_however_it_grows() {
    pool(pool -> {
      for (int prompt = 1; prompt <= 100; prompt++) {
        var row = pool.new Pages();
        for (int tokens = prompt; tokens <= 150; tokens++) {
          row.reserve(tokens);
          assertThat(row.room()).isEqualTo(pool.room(tokens));
        }
        row.close();
      }
    });
  }

  @Test
  void rows_with_the_same_tokens_share_full_pages_and_have_the_rest_to_themselves() {
    pool(pool -> {
      var row = pool.new Pages();
      row.reserve(8);
      row.reserve(18);
      fill(row, 5);

      var copy = row.copy(18);

      assertFilled(copy, 5);
      assertThat(blocks(copy, 2)).isEqualTo(blocks(row, 2));
      assertThat(blocks(copy, 5).subList(8, 10)).doesNotContainAnyElementsOf(blocks(row, 5));
      copy.reserve(40);
      fill(copy, 10);
      assertThat(blocks(copy, 10)).doesNotHaveDuplicates();
    });
  }

  @Test
  void what_lies_behind_the_tokens_is_not_shared() {
    pool(pool -> {
      var row = pool.new Pages();
      row.reserve(4);
      row.reserve(5);
      row.reserve(9);

      var copy = row.copy(8);
      copy.reserve(12);

      assertThat(copy.block(0, 2)).isNotEqualTo(row.block(0, 2));
    });
  }

  @Test
  void memory_is_taken_again_when_no_row_has_it_any_more() {
    pool(pool -> {
      var row = pool.new Pages();
      row.reserve(8);
      var copy = row.copy(8);
      var first = blocks(row, 2);

      row.close();
      var between = pool.new Pages();
      between.reserve(8);
      copy.close();
      var after = pool.new Pages();
      after.reserve(8);

      assertThat(blocks(between, 2)).doesNotContainAnyElementsOf(first);
      assertThat(blocks(after, 2)).isEqualTo(first);
    });
  }

  @Test
  void pages_of_other_sizes_are_given_back_before_there_are_too_many() {
    pool(pool -> {
      var grown = pool.new Pages();
      for (int tokens = 1; tokens <= 32; tokens++) {
        grown.reserve(tokens);
      }
      grown.close();
      assertThat(pool.allocated()).isEqualTo(8 * 2 * 64);

      var first = pool.new Pages();
      first.reserve(32);
      assertThat(pool.allocated()).isEqualTo(16 * 2 * 64);
      var second = pool.new Pages();
      second.reserve(32);
      assertThat(pool.allocated()).isEqualTo(16 * 2 * 64);

      var third = pool.new Pages();
      third.reserve(32);
      assertThat(pool.allocated()).isEqualTo(24 * 2 * 64);
      List.of(first, second, third).forEach(PagePool.Pages::close);
      pool.release();
      assertThat(pool.allocated()).isZero();
    });
  }
}
