package dev.cft.grading.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The letters that MMLU-Pro's authors extracted from two models' answers, and RealCritic's
/// verdicts on letters.
class PublishedLettersTest {
  private static final Path FOLDER = Path.of("../../shared/data/benchmarks/mmlu-pro");

  @ParameterizedTest
  @CsvSource({
    "Qwen1.5-7B-Chat, generated_text, FIRST, 12032",
    "gemini-1.5-flash-002, model_outputs, THREE_STEP, 12012",
    "gemini-1.5-flash-002, model_outputs, MARKED, 12012"
  })
  void every_published_letter_is_found(String model, String field, ChoiceRule rule, int rows)
      throws IOException {
    var file = FOLDER.resolve("model_outputs_%s_5shots.zip".formatted(model));
    assumeThat(file).as("MMLU-Pro's outputs are not on this machine").exists();
    var agreed = 0;

    try (var zip = new ZipFile(file.toFile());
        var text = zip.getInputStream(zip.entries().nextElement())) {
      for (var row : JsonMapper.shared().readTree(text)) {
        var published =
            row.get("pred").isNull()
                ? Optional.<Character>empty()
                : Optional.of(row.get("pred").asString().charAt(0));
        agreed += rule.letter(row.get(field).asString(), 10).equals(published) ? 1 : 0;
      }
    }

    assertThat(agreed).isEqualTo(rows);
  }

  /// In the others the published letter is not the one that the answer ends with, or the answer
  /// boxes a value.
  @ParameterizedTest
  @CsvSource({"mmlu_stem, 292, 270", "arc-challenge, 263, 259"})
  void most_of_realcritics_verdicts_follow_from_the_letters(String set, int rows, int agreed)
      throws IOException {
    var file = Path.of("../../shared/data/noisy-responses/realcritic", set + ".jsonl");
    assumeThat(file).as("RealCritic's answers are not on this machine").exists();
    var published =
        Files.readAllLines(file).stream().map(line -> JsonMapper.shared().readTree(line)).toList();

    assertThat(published).hasSize(rows);
    assertThat(published.stream().filter(PublishedLettersTest::isReproduced)).hasSize(agreed);
  }

  private static boolean isReproduced(JsonNode row) {
    var choices = row.get("choices");
    var options = choices.isObject() ? choices.get("text").size() : choices.size();
    var letter = ChoiceRule.MARKED.letter(row.get("reasoning").asString(), options);
    var isRight = letter.map(Object::toString).equals(Optional.of(row.get("gt").asString()));
    return isRight == row.get("previous_score").get(0).asBoolean();
  }
}
