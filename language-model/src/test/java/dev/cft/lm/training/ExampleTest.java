package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
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
  void micro_batches_hold_every_row_once_and_waste_little() {
    var random = new SplittableRandom(5);
    var rows = new ArrayList<Example>();
    IntStream.range(0, 64)
        .forEach(_ -> rows.add(new Example(new int[random.nextInt(20, 180)], 10)));
    Collections.shuffle(rows, new java.util.Random(1));

    var batches = MicroBatch.split(rows, 32);

    assertThat(batches.stream().flatMap(batch -> batch.rows().stream()).toList())
        .containsExactlyInAnyOrderElementsOf(rows);
    assertThat(batches).allMatch(batch -> batch.rows().size() <= 32);
    long padded =
        batches.stream().mapToLong(batch -> (long) batch.rows().size() * (batch.width() + 1)).sum();
    assertThat(padded).isLessThan(rows.stream().mapToLong(Example::length).sum() * 112 / 100);
  }

  @Test
  void positions_and_targets_of_a_micro_batch_are_those_of_its_trained_tokens() {
    var batch =
        new MicroBatch(
            List.of(new Example(new int[] {1, 2, 3}, 2), new Example(new int[] {4, 5, 6, 7}, 1)));

    assertThat(batch.inputs()).containsExactly(1, 2, 0, 4, 5, 6);
    assertThat(batch.positions()).containsExactly(1, 3, 4, 5);
    assertThat(batch.targets()).containsExactly(3, 5, 6, 7);
  }
}
