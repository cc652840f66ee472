package dev.cft.trainer.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.specs.ResponsesSpec;
import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Answer;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The API without a worker: requests, lists and steering.
class FineTuningRequestTest {
  @TempDir static Path root;
  private static TestService service;
  private static String file;

  @BeforeAll
  static void start() throws IOException {
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    Path corrupt = TinyCheckpoint.write(root.resolve("bases/corrupt"));
    Files.write(corrupt.resolve("model.safetensors"), new byte[100]);
    Path mute = TinyCheckpoint.write(root.resolve("bases/mute"));
    Files.delete(mute.resolve("tokenizer.json"));
    service = TestService.start(Shared.in(root), "cft.jobs.auto-start=false");
    file = service.upload("{\"question\": \"1 + 1 ?\", \"response\": \"2\"}\n");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void a_job_is_answered_in_openais_shape() {
    JsonNode job =
        service
            .post(
                "/fine_tuning/jobs",
                "{\"model\": \"tiny\", \"training_file\": \"%s\", \"seed\": 7}".formatted(file))
            .body();

    assertThat(job.path("id").asString()).startsWith("ftjob-");
    assertThat(job.path("object").asString()).isEqualTo("fine_tuning.job");
    assertThat(job.path("status").asString()).isEqualTo("validating_files");
    assertThat(job.path("seed").asInt()).isEqualTo(7);
    assertThat(job.path("hyperparameters").toString())
        .isEqualTo(
            "{\"n_epochs\":\"auto\",\"batch_size\":\"auto\",\"learning_rate_multiplier\":\"auto\"}");
    assertThat(job.path("method").path("type").asString()).isEqualTo("supervised");
    assertThat(job.has("fine_tuned_model")).isTrue();
    assertThat(job.path("fine_tuned_model").isNull()).isTrue();
    assertThat(job.path("error").isNull()).isTrue();
    assertThat(job.path("integrations").isEmpty()).isTrue();
  }

  @Test
  void every_fault_is_told_at_once() {
    Answer answer =
        service.post(
            "/fine_tuning/jobs",
            """
            {"model": "nobody", "training_file": "file-none", "suffix": "a b", "seed": -1,
             "integrations": [{"type": "wandb"}],
             "method": {"type": "critique", "critique": {"target": "answer",
               "hyperparameters": {"n_epochs": 0, "batch_size": 10, "micro_batch_size": 3}}}}\
            """);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().path("error").path("type").asString())
        .isEqualTo("invalid_request_error");
    assertThat(answer.error())
        .contains("model: there is no model 'nobody'; GET /v1/models lists them")
        .contains("training_file: there is no file, dataset or job 'file-none'")
        .contains("suffix: was 'a b'; allowed: 1 to 64 letters")
        .contains("seed: was -1; allowed: a whole number from 0 to 2147483647")
        .contains("integrations[0].wandb: is missing")
        .contains("method.critique.target: is for method.type 'supervised'")
        .contains("method.critique.hyperparameters.n_epochs: was 0;")
        .contains("micro_batch_size: was 3; allowed: a divisor of batch_size, which is 10");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type": "dpo"} | method.type | was 'dpo'; allowed: supervised, critique
          {"type": "supervised", "critique": {}} | method.critique | does not belong to method.type 'supervised'
          {"type": "supervised", "supervised": {"rows": "some"}} | method.supervised.rows | was 'some'; allowed: all, verified
          {"type": "supervised", "supervised": {"max_rows": 0}} | method.supervised.max_rows | was 0; allowed: 1 or more
          {"type": "critique", "critique": {"hyperparameters": {"cutoff_len": 4096}}} | method.critique.hyperparameters.cutoff_len | was 4096; allowed: at most the context of tiny, 512 tokens
          """)
  void a_method_at_fault_is_refused(String method, String param, String message) {
    Answer answer =
        service.post(
            "/fine_tuning/jobs",
            "{\"model\": \"tiny\", \"training_file\": \"%s\", \"method\": %s}"
                .formatted(file, method));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().path("error").path("param").asString()).isEqualTo(param);
    assertThat(answer.error()).contains(message);
  }

  @Test
  void an_unknown_field_is_refused() {
    Answer answer = service.post("/fine_tuning/jobs", "{\"model\": \"tiny\", \"colour\": \"red\"}");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("colour").contains("training_file");
  }

  @Test
  void a_job_that_makes_rows_becomes_a_need_and_tells_why_it_waits() {
    var spec = new ResponsesSpec("ds-1", "tiny", 1, 1, 1, 16, 1, null, List.of());
    var responses = service.bean(Jobs.class).submit(NewJob.of(JobKind.RESPONSES, spec));

    String id =
        service.createJob(
            "{\"model\": \"tiny\", \"training_file\": \"%s\"}".formatted(responses.id()));
    assertThat(service.job(id).path("needs").get(0).asString()).isEqualTo(responses.id().value());

    Answer critique =
        service.post(
            "/fine_tuning/jobs",
            "{\"model\": \"tiny\", \"training_file\": \"%s\", \"method\": {\"type\": \"critique\"}}"
                .formatted(responses.id()));
    assertThat(critique.status()).isEqualTo(400);
    assertThat(critique.error()).contains("makes responses without critiques");
  }

  @Test
  void jobs_are_listed_newest_first_by_page_and_metadata() {
    String tag = "list-" + System.nanoTime();
    List<String> ids =
        java.util.stream.IntStream.range(0, 3)
            .mapToObj(i ->
                service.createJob(
                    "{\"model\": \"tiny\", \"training_file\": \"%s\", \"metadata\": {\"tag\": \"%s\"}}"
                        .formatted(file, tag)))
            .toList();

    JsonNode page = list("?limit=2&metadata%5Btag%5D=" + tag);
    assertThat(ids(page)).containsExactly(ids.get(2), ids.get(1));
    assertThat(page.path("has_more").asBoolean()).isTrue();

    JsonNode rest = list("?metadata%5Btag%5D=" + tag + "&after=" + ids.get(1));
    assertThat(ids(rest)).containsExactly(ids.get(0));
    assertThat(rest.path("has_more").asBoolean()).isFalse();
  }

  @Test
  void a_job_is_paused_resumed_and_cancelled() {
    String id =
        service.createJob("{\"model\": \"tiny\", \"training_file\": \"%s\"}".formatted(file));
    String path = "/fine_tuning/jobs/" + id;

    assertThat(service.post(path + "/pause", "").body().path("status").asString())
        .isEqualTo("paused");
    assertThat(ids(service.get("/queue?limit=1000").body())).contains(id);
    assertThat(service.post(path + "/resume", "").body().path("status").asString())
        .isEqualTo("queued");
    assertThat(service.post(path + "/cancel", "").body().path("status").asString())
        .isEqualTo("cancelled");
    Answer again = service.post(path + "/resume", "");
    assertThat(again.status()).isEqualTo(400);
    assertThat(again.body().path("error").path("code").asString()).isEqualTo("illegal_state");
  }

  @Test
  void an_unknown_job_is_not_found() {
    Answer answer = service.get("/fine_tuning/jobs/ftjob-none");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.error()).isEqualTo("There is no fine tuning job with the id 'ftjob-none'.");
  }

  @Test
  void base_models_that_cannot_be_used_are_left_out_and_told() {
    JsonNode models = service.get("/models").body();

    assertThat(ids(models)).contains("tiny").doesNotContain("corrupt", "mute");
    assertThat(models.path("unusable").toString())
        .contains("\"id\":\"corrupt\"")
        .contains("model.safetensors")
        .contains("\"id\":\"mute\"")
        .contains("the tokenizer is missing");
  }

  @Test
  void a_base_model_cannot_be_deleted() {
    Answer answer = service.delete("/models/tiny");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("only fine-tuned models and checkpoints can be deleted");
  }

  @Test
  void the_node_tells_its_slots() {
    JsonNode node = service.get("/nodes").body().path("data").get(0);

    assertThat(node.path("launcher").asString()).isEqualTo("local");
    assertThat(node.path("free_slots").asInt()).isEqualTo(node.path("slots").asInt());
    assertThat(node.path("running").isEmpty()).isTrue();
  }

  private static JsonNode list(String query) {
    return service.get("/fine_tuning/jobs" + query).body();
  }

  private static List<String> ids(JsonNode list) {
    return list.path("data").findValuesAsString("id");
  }
}
