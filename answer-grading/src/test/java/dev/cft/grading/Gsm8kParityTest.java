package dev.cft.grading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The published right/wrong labels of GSM8K's 5,276 model solutions.
class Gsm8kParityTest {
  private static final Path ROWS =
      Path.of("../../shared/data/noisy-responses/gsm8k/example_model_solutions.jsonl");
  private static final List<String> MODELS =
      List.of("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification");

  @Test
  void verdicts_agree_with_the_published_labels() throws IOException {
    assumeThat(ROWS).as("real GSM8K rows are not on this machine").exists();
    var differences = new ArrayList<String>();
    var count = 0;

    for (var line : Files.readAllLines(ROWS)) {
      var row = JsonMapper.shared().readTree(line);
      for (var model : MODELS) {
        count++;
        difference(row, row.get(model)).ifPresent(differences::add);
      }
    }

    assertThat(count).isEqualTo(5276);
    assertThat(differences).isEmpty();
  }

  private static Optional<String> difference(JsonNode row, JsonNode solution) {
    var grade =
        Graders.named("numeric@1")
            .grade(row.get("ground_truth").asString(), solution.get("solution").asString());
    return grade.isCorrect() == solution.get("is_correct").asBoolean()
        ? Optional.empty()
        : Optional.of(
            "%s %s: …%s"
                .formatted(
                    grade.verdict(), grade.reason(), tail(solution.get("solution").asString())));
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - 60));
  }
}
