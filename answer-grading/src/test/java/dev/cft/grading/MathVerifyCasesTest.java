package dev.cft.grading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.grading.math.MathOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The cases of Math-Verify's own test suite against `robust`.
class MathVerifyCasesTest {
  private static final Path CASES = Path.of("../../shared/data/grader-cases/math-verify-dev.jsonl");

  /// What upstream's rows pin by accident, as the data's notes say.
  private static final Set<String> QUIRKS =
      Set.of(
          "test_latex_notation 5",
          "test_latex_notation 6",
          "test_relations_math 21",
          "test_string_extraction 9",
          "test_symbols 0");

  @Test
  void every_case_that_is_no_quirk_is_decided_as_expected() throws IOException {
    assumeThat(CASES).as("the grader cases are not on this machine").exists();
    var differences = new ArrayList<String>();

    for (var line : Files.readAllLines(CASES)) {
      var row = JsonMapper.shared().readTree(line);
      var name = row.get("test").asString() + " " + row.get("case").asInt();
      var grade = grade(row);
      if (grade.isCorrect() != row.get("expected").asBoolean()
          || (grade instanceof Grade.Undecided)) {
        if (!QUIRKS.contains(name)) {
          differences.add(
              "%s %s (%s): %s against %s [%s]"
                  .formatted(
                      name,
                      grade.verdict(),
                      grade.reason(),
                      row.get("gold"),
                      tail(row.get("prediction").asString()),
                      grade.answer().map(FinalAnswer::text).orElse("")));
        }
      }
    }

    assertThat(differences).isEmpty();
  }

  private static Grade grade(JsonNode row) {
    var options = row.get("options");
    List<String> types =
        StreamSupport.stream(options.get("match_types").spliterator(), false)
            .map(JsonNode::asString)
            .toList();
    return Graders.robust(
            new MathOptions(
                options.get("precision").asInt(),
                options.get("strict").asBoolean(),
                options.get("allow_set_relation_comp").asBoolean(),
                types.equals(List.of("expr"))))
        .grade(row.get("gold").asString(), row.get("prediction").asString());
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - 120));
  }
}
