package dev.cft.critiques.critiquing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import dev.cft.critiques.testing.FakeTeacher;
import dev.cft.critiques.testing.SharedData;
import dev.cft.store.StoreJson;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `docs/examples/noisy-responses.md`: RealCritic's published noisy solutions of five benchmarks
/// through the built-in checker and a teacher on the loopback, over REST.
@CritiqueServiceTest
class RealNoisyRowsTest {
  private static final Map<String, String> FIELDS =
      Map.of(
          "question", "question",
          "response", "reasoning",
          "answer", "gt",
          "correct", "previous_score");

  /// Gold is a number there. Where it is a letter the built-in checker goes by the equations, which
  /// say little about the choice (0.51 on MMLU-STEM).
  private static final Set<String> NUMBERS = Set.of("math", "gsm8k");

  private Api api = new Api(0);

  @BeforeEach
  void connect(@LocalServerPort int port, @Autowired FakeTeacher fake) {
    api = new Api(port);
    fake.usually("steady", FakeTeacher.good());
  }

  @Test
  void every_row_of_five_benchmarks_gets_two_critiques_and_is_counted_against_its_label()
      throws IOException {
    for (var name : List.of("math", "gsm8k", "mmlu_stem", "arc-challenge", "olympiadbench")) {
      var file = SharedData.path("noisy-responses/realcritic/" + name + ".jsonl");
      assumeThat(file).as("RealCritic's rows, %s", file).isRegularFile();

      var agreement = critiqued(name, flat(Files.readAllLines(file)));

      System.out.printf("RealCritic %s: %s%n", name, agreement);
      var rows = agreement.path("rows").asInt();
      assertThat(rows).isGreaterThan(500);
      // who answers without a verdict is rejected, not lost
      assertThat(agreement.path("teachers").path("steady").path("compared").asInt())
          .isEqualTo(rows / 2);
      if (NUMBERS.contains(name)) {
        assertThat(agreement.path("teachers").path("arithmetic").path("rate").asDouble())
            .isGreaterThan(0.8);
      }
    }
  }

  /// The label lies in an array of one.
  private static String flat(List<String> lines) {
    return lines.stream()
        .map(line -> {
          var row = (ObjectNode) StoreJson.mapper().readTree(line);
          row.set("previous_score", row.path("previous_score").path(0));
          return row.toString();
        })
        .collect(Collectors.joining("\n"));
  }

  private JsonNode critiqued(String name, String content) {
    var file = api.upload("user_data", content).ok().text("id");
    var dataset =
        api.post("/v1/datasets", Map.of("file", file, "name", name, "fields", FIELDS))
            .ok()
            .text("id");
    var job =
        api.post(
                "/v1/critiques/jobs",
                Map.of("input", dataset, "teachers", List.of("arithmetic", "steady")))
            .ok()
            .text("id");
    var ended = api.ended("/v1/critiques/jobs/" + job, Duration.ofMinutes(2));
    assertThat(ended.path("status").asString()).isEqualTo("succeeded");
    return api.get("/v1/critiques/agreement?input=" + job).ok().json();
  }
}
