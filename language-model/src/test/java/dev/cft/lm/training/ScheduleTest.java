package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScheduleTest {
  @Test
  void cosine_with_warmup_has_the_rates_of_transformers() {
    // get_cosine_schedule_with_warmup(optimizer, 2, 10), rate 1.
    double[] expected = {
      0, 0.5, 1, 0.96193977, 0.85355339, 0.69134172, 0.5, 0.30865828, 0.14644661, 0.03806023
    };
    var schedule = new Schedule(Schedule.Shape.COSINE, 1, 2, 10);

    for (int step = 0; step < 10; step++) {
      assertThat(schedule.rate(step)).isCloseTo(expected[step], within(1e-8));
    }
  }

  @Test
  void linear_falls_to_nothing_after_the_last_step() {
    var schedule = new Schedule(Schedule.Shape.LINEAR, 2, 0, 4);

    assertThat(schedule.rate(0)).isEqualTo(2);
    assertThat(schedule.rate(3)).isEqualTo(0.5);
    assertThat(schedule.rate(4)).isZero();
  }

  @Test
  void constant_has_no_warmup_unless_asked() {
    assertThat(new Schedule(Schedule.Shape.CONSTANT, 3, 2, 4).rate(0)).isEqualTo(3);
    assertThat(new Schedule(Schedule.Shape.CONSTANT_WITH_WARMUP, 3, 2, 4).rate(1)).isEqualTo(1.5);
  }
}
