package dev.cft.grading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The right/wrong verdicts published with RealCritic's answers against `robust`, in strict
/// agreement: undecided agrees with nothing.
class RealCriticTest {
  private static final Path FOLDER = Path.of("../../shared/data/noisy-responses/realcritic");

  @Test
  void every_verdict_that_is_not_disputed_is_reproduced() throws IOException {
    assumeThat(FOLDER).as("RealCritic's answers are not on this machine").exists();

    assertThat(differencesOf("robust@2")).isEqualTo(disputed());
  }

  @Test
  void the_first_version_keeps_its_verdicts() throws IOException {
    assumeThat(FOLDER).as("RealCritic's answers are not on this machine").exists();
    var differences = new TreeSet<>(disputed());
    differences.add("olympiadbench 189");

    assertThat(differencesOf("robust@1")).isEqualTo(differences);
  }

  private static Set<String> differencesOf(String grader) throws IOException {
    var differences = new TreeSet<String>();
    var count = 0;
    for (var set : List.of("math", "gsm8k", "olympiadbench")) {
      for (var line : Files.readAllLines(FOLDER.resolve(set + ".jsonl"))) {
        var row = JsonMapper.shared().readTree(line);
        count++;
        if (!agrees(row, Graders.named(grader))) {
          differences.add(set + " " + row.get("idx").asInt());
        }
      }
    }
    assertThat(count).isEqualTo(808);
    return differences;
  }

  private static boolean agrees(JsonNode row, Grader grader) {
    var published = row.get("previous_score").get(0).asBoolean();
    var grade = grader.grade(row.get("gt").asString(), row.get("reasoning").asString());
    return grade.isCorrect() == published && !(grade instanceof Grade.Undecided);
  }

  /// The rows whose published verdict does not follow from the answer, with the reason for each.
  private static Set<String> disputed() throws IOException {
    try (var file =
        Objects.requireNonNull(
            RealCriticTest.class.getResourceAsStream("realcritic-disputed.json"))) {
      return JsonMapper.shared()
          .readTree(file)
          .valueStream()
          .map(row -> row.get("set").asString() + " " + row.get("idx").asInt())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
