package dev.cft.trainer.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.specs.FineTuningSpec.Keep;
import java.util.List;
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
    assertThat(losses(Map.of(2L, 1.0, 4L, 0.9, 6L, 0.95)).haveStalled(1, 0)).isTrue();
    assertThat(losses(Map.of(2L, 1.0, 4L, 0.9, 6L, 0.95)).haveStalled(2, 0)).isFalse();
    assertThat(losses(Map.of(2L, 1.0, 4L, 0.9)).haveStalled(1, 0)).isFalse();
    assertThat(losses(Map.of()).haveStalled(1, 0)).isFalse();
  }

  @Test
  void an_improvement_below_the_least_is_none() {
    assertThat(losses(Map.of(2L, 1.0, 4L, 0.99, 6L, 0.98)).haveStalled(2, 0.1)).isTrue();
    assertThat(losses(Map.of(2L, 1.0, 4L, 0.99, 6L, 0.8)).haveStalled(2, 0.1)).isFalse();
  }

  @Test
  void the_best_and_the_last_checkpoints_stay() {
    var scores = losses(Map.of(2L, 0.5, 4L, 0.4, 6L, 0.6, 8L, 0.7));

    assertThat(new Retention(1, 1).dropped(List.of(2L, 4L, 6L, 8L), scores))
        .containsExactly(2L, 6L);
    assertThat(new Retention(2, 2).dropped(List.of(2L, 4L, 6L, 8L), scores)).isEmpty();
    assertThat(Retention.of(null).dropped(List.of(2L, 4L), scores)).isEmpty();
    assertThat(Retention.of(new Keep(null, 2, null))).isEqualTo(new Retention(1, 2));
  }

  private static CheckpointScores losses(Map<Long, Double> byStep) {
    return new CheckpointScores(new TreeMap<>(byStep), true);
  }
}
