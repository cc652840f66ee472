package dev.cft.critiques.critiquing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import dev.cft.critiques.testing.SharedData;
import dev.cft.store.StoreJson;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/// The published GSM8K solutions of four models, with OpenAI's right/wrong labels, through upload,
/// dataset and critique job. How often the built-in checker's verdict is the label is printed.
@CritiqueServiceTest
class Gsm8kAgreementTest {
  private static final List<String> MODELS =
      List.of("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification");

  private Api api = new Api(0);

  @BeforeEach
  void connect(@LocalServerPort int port) {
    api = new Api(port);
  }

  @Test
  void the_checker_agrees_with_published_labels_where_it_may_see_gold() throws IOException {
    var file = SharedData.path("noisy-responses/gsm8k/example_model_solutions.jsonl");
    assumeThat(file).as("GSM8K model solutions, %s", file).isRegularFile();
    var uploaded = api.upload("user_data", Files.readAllBytes(file)).ok().text("id");

    for (var model : MODELS) {
      var withGold = critiqued(uploaded, model, true);
      var withoutGold = critiqued(uploaded, model, false);

      System.out.printf("GSM8K %s, with gold: %s%n", model, withGold);
      System.out.printf("GSM8K %s, without gold: %s%n", model, withoutGold);
      assertThat(withGold.path("rows").asInt()).isEqualTo(1319);
      assertThat(withGold.path("compared").asInt()).isGreaterThanOrEqualTo(1317);
      assertThat(withGold.path("agreement").asDouble()).isGreaterThan(0.995);
      assertThat(withoutGold.path("failed").asInt()).isZero();
    }
  }

  private JsonNode critiqued(String file, String model, boolean withGold) {
    var fields = StoreJson.mapper().createObjectNode();
    fields.put("question", "question").put("response", model + ".solution");
    fields.put("correct", model + ".is_correct");
    if (withGold) {
      fields.put("answer", "ground_truth");
    }
    var dataset =
        api.post("/v1/datasets", Map.of("file", file, "name", model, "fields", fields))
            .ok()
            .text("id");
    var job = api.post("/v1/critiques/jobs", Map.of("input", dataset)).ok().text("id");
    return api.ended("/v1/critiques/jobs/" + job, Duration.ofMinutes(2)).path("result");
  }
}
