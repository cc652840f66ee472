package dev.cft.grading.qwen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Answers and verdicts published with Qwen2.5-Math's and RealCritic's data, made by the rules that
/// `qwen-math` reproduces.
class QwenParityTest {
  private static final Path DATA = Path.of("../../shared/data/noisy-responses");
  private static final QwenRules RULES = new QwenRules(false, false);

  @Test
  void eight_answers_to_a_hundred_problems_are_found_and_judged_as_published() throws IOException {
    var file = DATA.resolve("math/math_cot_100_x8.jsonl");
    assumeThat(file).as("Qwen's example is not on this machine").exists();
    var count = 0;

    for (var line : Files.readAllLines(file)) {
      var row = JsonMapper.shared().readTree(line);
      var gold = RULES.gold(row.get("gt_cot").asString());
      for (var i = 0; i < row.get("code").size(); i++) {
        var prediction = RULES.prediction(row.get("code").get(i).asString());
        assertThat(prediction).isEqualTo(row.get("pred").get(i).asString());
        assertThat(RULES.equal(prediction, gold))
            .as("%s and %s", prediction, gold)
            .isEqualTo(row.get("score").get(i).asBoolean());
        count++;
      }
    }

    assertThat(count).isEqualTo(800);
  }

  @Test
  void realcritic_answers_are_found_and_judged_as_published() throws IOException {
    var folder = DATA.resolve("realcritic");
    assumeThat(folder).as("RealCritic's answers are not on this machine").exists();
    var differences = new ArrayList<String>();

    for (var set : List.of("math", "gsm8k", "olympiadbench")) {
      for (var line : Files.readAllLines(folder.resolve(set + ".jsonl"))) {
        var row = JsonMapper.shared().readTree(line);
        var prediction = RULES.prediction(row.get("reasoning").asString());
        assertThat(prediction).isEqualTo(row.get("pred").asString());
        if (RULES.equal(prediction, row.get("gt").asString())
            != row.get("previous_score").get(0).asBoolean()) {
          differences.add(prediction + " and " + row.get("gt").asString());
        }
      }
    }

    assertThat(differences).isEmpty();
  }

  @Test
  void the_fork_accepts_what_upstream_does_not() {
    var fork = new QwenRules(true, false);

    for (var pair :
        List.of(List.of("0.02", "0.04"), List.of("12.34", "12.31"), List.of("y=3", "z=3"))) {
      assertThat(fork.equal(pair.get(0), pair.get(1))).as("%s", pair).isTrue();
      assertThat(RULES.equal(pair.get(0), pair.get(1))).as("%s", pair).isFalse();
    }
  }
}
