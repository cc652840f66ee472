package dev.cft.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPlanTest {
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # batch, micro, rows -> batch, micro, accumulation
          ,    ,    50000, 512, 8, 64
          ,    ,    600,   512, 8, 64
          ,    ,    509,   509, 8, 64
          ,    ,    3,     3,   3, 1
          ,    4,   50,    50,  4, 13
          32,  ,    1000,  32,  8, 4
          32,  16,  1000,  32,  16, 2
          30,  ,    1000,  30,  6, 5
          31,  ,    1000,  31,  1, 31
          64,  8,   20,    20,  8, 3
          1,   ,    20,    1,   1, 1
          """)
  void a_batch_is_made_of_equal_forward_passes(
      @Nullable Integer batch,
      @Nullable Integer micro,
      long rows,
      int wantedBatch,
      int wantedMicro,
      int accumulation) {
    BatchPlan plan = BatchPlan.of(chosen(batch, micro), rows, 1);

    assertThat(plan.batch()).isEqualTo(wantedBatch);
    assertThat(plan.micro()).isEqualTo(wantedMicro);
    assertThat(plan.accumulation()).isEqualTo(accumulation);
  }

  @Test
  void a_batch_of_more_rows_than_there_are_is_cut_and_says_so() {
    assertThat(BatchPlan.of(chosen(null, null), 100, 1).isCut()).isTrue();
    assertThat(BatchPlan.of(chosen(64, null), 100, 1).isCut()).isFalse();
  }

  @Test
  void devices_share_a_batch() {
    BatchPlan plan = BatchPlan.of(chosen(512, null), 50_000, 8);

    assertThat(plan.micro() * plan.accumulation() * plan.devices()).isEqualTo(512);
    assertThat(plan.fault()).isEmpty();
    assertThat(BatchPlan.of(chosen(512, 8), 50_000, 3).fault())
        .contains("batch_size 512 is no multiple of micro_batch_size 8 times 3 devices");
  }

  private static Hyperparameters chosen(@Nullable Integer batch, @Nullable Integer micro) {
    return new Hyperparameters(
        null, batch, micro, null, null, null, null, null, null, null, null, null, null, null, null,
        null, null, null, null, null, null, null);
  }
}
