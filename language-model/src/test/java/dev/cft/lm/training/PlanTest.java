package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTest {
  private static Plan plan(int rows, boolean shuffled) {
    var batches = new TrainingSpec.Batches(4, 2, 2.5, OptionalInt.empty(), 42);
    return Plan.of(rows, batches, shuffled);
  }

  @Test
  void an_epoch_takes_every_row_once_and_its_last_step_may_be_smaller() {
    var plan = plan(21, true);
    var taken = new ArrayList<Integer>();

    for (int step = 0; step < plan.stepsPerEpoch(); step++) {
      IntStream.of(plan.unitsOf(step)).forEach(taken::add);
    }

    assertThat(plan.stepsPerEpoch()).isEqualTo(3);
    assertThat(plan.totalSteps()).isEqualTo(8);
    assertThat(plan.unitsOf(2)).hasSize(5);
    assertThat(taken).containsExactlyInAnyOrderElementsOf(IntStream.range(0, 21).boxed().toList());
  }

  @Test
  void epochs_are_shuffled_differently_and_always_the_same_way() {
    assertThat(plan(64, true).unitsOf(0))
        .isEqualTo(plan(64, true).unitsOf(0))
        .isNotEqualTo(plan(64, true).unitsOf(8));
  }

  @Test
  void without_shuffling_rows_come_in_file_order() {
    assertThat(plan(21, false).unitsOf(1)).containsExactly(8, 9, 10, 11, 12, 13, 14, 15);
  }
}
