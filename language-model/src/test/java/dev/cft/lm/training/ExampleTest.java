package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExampleTest {
  /// Expected lengths from LLaMA-Factory 0.9.5 `infer_seqlen(source, target, cutoff)`.
  @ParameterizedTest
  @CsvSource({
    "10, 10, 30, 10, 10",
    "100, 10, 50, 40, 10",
    "10, 100, 50, 10, 40",
    "60, 60, 50, 25, 25",
    "30, 90, 50, 13, 37",
    "0, 90, 50, 0, 50"
  })
  void long_rows_are_cut_as_llama_factory_cuts_them(
      int prompt, int target, int cutoff, int promptLeft, int targetLeft) {
    var example = Example.of(new int[prompt], new int[target], cutoff, false);

    assertThat(example.length()).isEqualTo(promptLeft + targetLeft);
    assertThat(example.trainedFrom()).isEqualTo(Math.max(1, promptLeft));
  }

  @Test
  void micro_batches_hold_every_row_once_and_at_most_so_many() {
    var random = new SplittableRandom(5);
    var rows = new ArrayList<Example>();
    IntStream.range(0, 70)
        .forEach(_ -> rows.add(new Example(new int[random.nextInt(20, 180)], 10)));

    var batches = MicroBatch.split(rows.stream().map(List::of).toList(), 32);

    assertThat(batches.stream().flatMap(batch -> batch.rows().stream()).toList())
        .containsExactlyInAnyOrderElementsOf(rows);
    assertThat(batches).extracting(batch -> batch.rows().size()).containsExactly(32, 32, 6);
  }

  @Test
  void rows_of_a_micro_batch_lie_one_after_the_other_and_each_counts_from_0() {
    var batch =
        new MicroBatch(
            List.of(new Example(new int[] {1, 2, 3}, 2), new Example(new int[] {4, 5, 6, 7}, 1)));

    assertThat(batch.inputs()).containsExactly(1, 2, 4, 5, 6);
    assertThat(batch.positions()).containsExactly(0, 1, 0, 1, 2);
    assertThat(batch.lengths()).containsExactly(2, 3);
    assertThat(batch.predicting()).containsExactly(1, 2, 3, 4);
    assertThat(batch.targets()).containsExactly(3, 5, 6, 7);
  }
}
