package dev.cft.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CheckpointScoresTest {
  @Test
  void the_least_loss_is_the_best_and_of_equals_the_earliest() {
    assertThat(losses(Map.of(2L, 1.5, 4L, 1.0, 6L, 1.0, 8L, 1.2)).best()).hasValue(4L);
  }

  @Test
  void the_greatest_accuracy_is_the_best() {
    var accuracies = new CheckpointScores(new TreeMap<>(Map.of(2L, 0.5, 4L, 0.7)), false);

    assertThat(accuracies.best()).hasValue(4L);
  }

  @Test
  void a_loss_that_is_no_number_is_never_the_best() {
    assertThat(losses(Map.of(2L, Double.NaN, 4L, 3.0)).best()).hasValue(4L);
    assertThat(losses(Map.of(2L, Double.NaN)).best()).isEmpty();
  }

  @Test
  void a_run_has_stalled_when_so_many_checkpoints_in_a_row_were_no_better() {
    assertThat(losses(Map.of(2L, 1.0, 4L, 0.9, 6L, 0.95)).haveStalled(1)).isTrue();
    assertThat(losses(Map.of(2L, 1.0, 4L, 0.9, 6L, 0.95)).haveStalled(2)).isFalse();
    assertThat(losses(Map.of(2L, 1.0, 4L, 0.9)).haveStalled(1)).isFalse();
    assertThat(losses(Map.of()).haveStalled(1)).isFalse();
  }

  private static CheckpointScores losses(Map<Long, Double> byStep) {
    return new CheckpointScores(new TreeMap<>(byStep), true);
  }
}
