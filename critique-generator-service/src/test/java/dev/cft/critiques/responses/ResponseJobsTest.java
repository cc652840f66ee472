package dev.cft.critiques.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.critiques.testing.Api;
import dev.cft.critiques.testing.CritiqueServiceTest;
import dev.cft.store.StoreJson;
import dev.cft.store.artifacts.ArtifactStore;
import dev.cft.store.models.Models;
import dev.cft.store.models.StoredModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

@CritiqueServiceTest
class ResponseJobsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /// A random Qwen2 of two layers with a context of 256 tokens: what it says is noise.
  private static final Path TINY = Path.of("../language-model/src/test/resources/parity/qwen2");

  private final Models models;
  private final ArtifactStore artifacts;
  private final LoadedModels loaded;
  private Api api = new Api(0);

  ResponseJobsTest(
      @Autowired Models models,
      @Autowired ArtifactStore artifacts,
      @Autowired LoadedModels loaded) {
    this.models = models;
    this.artifacts = artifacts;
    this.loaded = loaded;
  }

  @BeforeEach
  void register(@LocalServerPort int port) throws IOException {
    api = new Api(port);
    artifacts.putFolder("models/tiny-noise", TINY);
    models.register(model("tiny-noise", "a".repeat(64)));
  }

  private static StoredModel model(String id, String hash) {
    return new StoredModel(
        id,
        StoredModel.Kind.BASE,
        "models/" + id,
        null,
        null,
        null,
        hash,
        StoreJson.mapper().createObjectNode(),
        Instant.EPOCH);
  }

  private String questions(int count) {
    var lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append("{\"question\":\"What is %d + 1?\",\"answer\":\"%d\"}%n".formatted(i, i + 1));
    }
    return api.dataset(lines.toString(), Map.of());
  }

  private Map<String, Object> request(String input) {
    return new HashMap<>(
        Map.of("input", input, "model", "tiny-noise", "n", 3, "max_tokens", 12, "seed", 5));
  }

  private JsonNode done(Map<String, Object> request) {
    var id = api.post("/v1/responses/jobs", request).ok().text("id");
    return api.ended("/v1/responses/jobs/" + id, PATIENCE);
  }

  @Test
  void n_samples_of_each_question_are_graded_and_tell_how_they_ended() {
    var input = questions(4);

    var ended = done(request(input));

    var result = ended.path("result");
    assertThat(ended.path("status").asString()).isEqualTo("succeeded");
    assertThat(ended.path("object").asString()).isEqualTo("response.job");
    assertThat(result.path("rows").asInt()).isEqualTo(12);
    assertThat(result.path("completion_tokens").asInt()).isBetween(100, 144);
    var rows =
        api.get("/v1/datasets/%s/rows".formatted(result.path("dataset").asString()))
            .ok()
            .json()
            .path("data");
    var row = rows.path(4);
    assertThat(row.path("seq").asInt()).isEqualTo(4);
    assertThat(row.path("question").asString()).isEqualTo("What is 1 + 1?");
    assertThat(row.path("answer").asString()).isEqualTo("2");
    assertThat(row.path("extra").path("sample").asInt()).isEqualTo(1);
    assertThat(row.path("extra").path("model").asString()).isEqualTo("tiny-noise");
    assertThat(row.path("extra").path("finish_reason").asString()).isEqualTo("length");
    var texts = new HashSet<String>();
    rows.forEach(each -> texts.add(each.path("response").asString("")));
    assertThat(texts).hasSizeGreaterThan(9);
  }

  @Test
  void the_same_rows_come_out_whatever_was_interrupted() {
    var input = questions(30);
    var request = request(input);
    request.put("max_tokens", 60);

    var straight = done(request).path("dataset").asString();
    var id = api.post("/v1/responses/jobs", request).ok().text("id");
    var job = "/v1/responses/jobs/" + id;
    api.until(job, state -> state.path("status").asString().equals("running"));
    api.post(job + "/pause", "").ok();
    api.until(job, state -> state.path("status").asString().matches("paused|succeeded"));
    if (api.get(job).ok().text("status").equals("paused")) {
      api.post(job + "/resume", "").ok();
    }
    var interrupted = api.ended(job, PATIENCE).path("dataset").asString();

    assertThat(api.get("/v1/datasets/" + interrupted).ok().text("hash"))
        .isEqualTo(api.get("/v1/datasets/" + straight).ok().text("hash"));
  }

  @Test
  void greedy_samples_of_a_question_are_all_alike_and_seeds_do_not_matter() {
    var request = request(questions(1));
    request.put("temperature", 0);

    var dataset = done(request).path("dataset").asString();

    var rows = api.get("/v1/datasets/%s/rows".formatted(dataset)).ok().json().path("data");
    assertThat(rows.path(0).path("response"))
        .isEqualTo(rows.path(1).path("response"))
        .isEqualTo(rows.path(2).path("response"));
  }

  @Test
  void a_question_too_long_for_the_model_fails_alone() {
    var input =
        api.dataset(
            "{\"question\":\"%s\"}\n{\"question\":\"short?\"}".formatted("long ".repeat(300)),
            Map.of());
    var request = request(input);
    request.put("n", 1);

    var result = done(request).path("result");

    assertThat(result.path("failed").asInt()).isEqualTo(1);
    var rows =
        api.get("/v1/datasets/%s/rows?status=failed".formatted(result.path("dataset").asString()))
            .ok()
            .json()
            .path("data");
    assertThat(rows.path(0).path("reason").asString()).contains("tokens, the model takes 255");
  }

  @Test
  void a_corrupt_checkpoint_ends_the_job_and_names_the_file() throws IOException {
    artifacts.putFolder("models/broken", TINY);
    artifacts.put(
        "models/broken/model.safetensors",
        new ByteArrayInputStream("no weights".getBytes(StandardCharsets.UTF_8)));
    models.register(model("broken", "b".repeat(64)));
    var request = request(questions(1));
    request.put("model", "broken");

    var ended = done(request);

    assertThat(ended.path("status").asString()).isEqualTo("failed");
    assertThat(ended.path("error").path("code").asString()).isEqualTo("corrupt_checkpoint");
    assertThat(ended.path("error").path("message").asString())
        .startsWith("broken/model.safetensors: ");
  }

  @Test
  void a_critique_job_waits_for_the_responses_it_names() {
    var responses = api.post("/v1/responses/jobs", request(questions(2))).ok().text("id");

    var job = api.post("/v1/critiques/jobs", Map.of("input", responses)).ok().text("id");
    var ended = api.ended("/v1/critiques/jobs/" + job, PATIENCE);

    assertThat(ended.path("result").path("rows").asInt()).isEqualTo(6);
  }

  @Test
  void a_model_that_nobody_uses_is_freed() {
    done(request(questions(1)));

    for (int i = 0; i < 100 && loaded.count() > 0; i++) {
      sleep();
    }

    assertThat(loaded.count()).isZero();
  }

  private static void sleep() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void wrong_requests_are_told_what_is_wrong() {
    var request = request(questions(1));

    request.put("model", "nobody");
    assertThat(api.post("/v1/responses/jobs", request).message())
        .contains("There is no model 'nobody'; there are [")
        .contains("tiny-noise");
    request.put("model", "tiny-noise");
    request.put("temperature", 3);
    assertThat(api.post("/v1/responses/jobs", request).message()).contains("temperature");
    assertThat(api.post("/v1/responses/jobs", "{\"input\":\"ds-x\"}").message()).contains("model");
  }
}
