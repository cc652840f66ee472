package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PackingTest {
  private static List<Example> rows(Integer... lengths) {
    return Stream.of(lengths).map(length -> new Example(new int[length], 1)).toList();
  }

  @Test
  void packs_take_the_longest_row_that_still_fits() {
    var packs = Packing.packed(rows(30, 60, 50, 40, 100), 100);

    assertThat(packs).containsExactly(new int[] {4}, new int[] {1, 3}, new int[] {2, 0});
  }

  @Test
  void every_row_is_in_one_pack_and_no_pack_is_too_long() {
    var rows =
        IntStream.range(0, 500).mapToObj(i -> new Example(new int[2 + i * 7 % 90], 1)).toList();

    var packs = Packing.packed(rows, 128);

    assertThat(packs.stream().flatMapToInt(IntStream::of).boxed())
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 500).boxed().toList());
    assertThat(packs)
        .allMatch(pack -> IntStream.of(pack).map(row -> rows.get(row).length()).sum() <= 128);
  }
}
