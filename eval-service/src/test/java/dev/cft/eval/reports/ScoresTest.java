package dev.cft.eval.reports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.cft.eval.reports.Report.Score;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final double EXACT = 1e-7;

  private final Scores base = new Scores("base", true, "eval_1", List.of(score(null, "b", 286)));
  private final Scores verified =
      new Scores(
          "verified",
          false,
          "eval_1",
          List.of(score(1L, "v1", 317), score(2L, "v2", 311), score(3L, "v3", 336)));
  private final Scores cft =
      new Scores(
          "cft",
          false,
          "eval_1",
          List.of(score(1L, "c1", 345), score(2L, "c2", 351), score(3L, "c3", 367)));

  private static Score score(@Nullable Long seed, String run, long passed) {
    return new Score(
        seed, run, "succeeded", passed / 500.0, 500, passed, 500 - passed, 0, 0, 0, 0, 1.0);
  }

  @Test
  void seeds_give_a_mean_with_students_interval_and_differences_paired_by_seed() {
    var result = cft.result(List.of(base, verified), _ -> Map.of());

    assertThat(result.mean()).isCloseTo(0.7086666666666667, within(EXACT));
    assertThat(result.standardError()).isCloseTo(0.01313181040239482, within(EXACT));
    assertThat(result.ciLow()).isCloseTo(0.6521650467922502, within(EXACT));
    assertThat(result.interval()).isEqualTo("student_t");
    var vsVerified = result.differences().get(1);
    assertThat(vsVerified.against()).isEqualTo("verified");
    assertThat(vsVerified.difference()).isCloseTo(0.066, within(EXACT));
    assertThat(vsVerified.ciLow()).isCloseTo(0.03497312992474634, within(EXACT));
    assertThat(vsVerified.ciHigh()).isCloseTo(0.09702687007525355, within(EXACT));
    assertThat(vsVerified.pairedBy()).isEqualTo("seed");
  }

  @Test
  void the_base_counts_as_the_same_score_in_every_seed() {
    var result = cft.result(List.of(base), _ -> Map.of());

    assertThat(result.differences().getFirst().difference())
        .isCloseTo(0.7086666666666667 - 0.572, within(EXACT));
    assertThat(result.differences().getFirst().pairs()).isEqualTo(3);
    assertThat(base.result(List.of(cft), _ -> Map.of()).differences().getFirst().difference())
        .isCloseTo(0.572 - 0.7086666666666667, within(EXACT));
  }

  @Test
  void one_seed_has_wilsons_interval_and_differences_paired_by_item() {
    var one = new Scores("cft", false, "eval_1", List.of(score(7L, "c", 286)));
    var passed =
        Map.of(
            "c",
            Map.of(0L, true, 1L, true, 2L, false, 3L, true),
            "b",
            Map.of(0L, true, 1L, false, 2L, false, 3L, false));

    var result = one.result(List.of(base), run -> passed.getOrDefault(run, Map.of()));

    assertThat(result.interval()).isEqualTo("wilson");
    assertThat(result.standardError()).isNull();
    assertThat(result.ciLow()).isCloseTo(0.5282438503629422, within(EXACT));
    var difference = result.differences().getFirst();
    assertThat(difference.pairedBy()).isEqualTo("item");
    assertThat(difference.pairs()).isEqualTo(4);
    assertThat(difference.difference()).isCloseTo(0.5, within(EXACT));
    // by hand: b = 2, c = 0, n = 4: sqrt(2 - 4/4) / 4
    assertThat(difference.standardError()).isCloseTo(0.25, within(EXACT));
  }

  @Test
  void an_arm_without_a_finished_run_has_no_figures() {
    var running = new Score(1L, "r", "running", null, 0, 0, 0, 0, 0, 0, 0, null);

    var result =
        new Scores("cft", false, "eval_1", List.of(running)).result(List.of(base), _ -> Map.of());

    assertThat(result.mean()).isNull();
    assertThat(result.differences()).isEmpty();
    assertThat(result.scores()).containsExactly(running);
  }
}
