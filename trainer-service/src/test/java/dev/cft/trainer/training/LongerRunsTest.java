package dev.cft.trainer.training;

import static dev.cft.trainer.testing.Rows.questions;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.files.StoredFiles;
import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Answer;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Runs that go on after another, and what a run leaves.
class LongerRunsTest {
  @TempDir static Path root;
  private static TestService service;
  private static String rows;

  @BeforeAll
  static void start() throws IOException {
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    service = TestService.start(Shared.in(root));
    rows = service.upload(questions(20));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void two_epochs_continued_by_two_are_four_epochs() {
    JsonNode two = done(service.createJob(job("\"n_epochs\": 2", "")));
    JsonNode four = done(service.createJob(job("\"n_epochs\": 4", "")));

    JsonNode more = continued(two, "{\"n_epochs\": 2}");

    assertThat(more.path("result").path("steps").asInt()).isEqualTo(20);
    assertThat(more.path("result").path("model_hash").asString())
        .isEqualTo(four.path("result").path("model_hash").asString());
    assertThat(more.path("course").path("continues").path("job").asString())
        .isEqualTo(two.path("id").asString());
    assertThat(
            continued(two, "{\"n_epochs\": 1, \"from\": \"weights\"}")
                .path("result")
                .path("steps")
                .asInt())
        .isEqualTo(5);
  }

  @Test
  void a_run_whose_state_is_gone_is_continued_from_its_weights_only() {
    JsonNode done =
        done(service.createJob(job("\"max_steps\": 2", ", \"keep\": {\"resumable\": false}")));
    String path = "/fine_tuning/jobs/%s/continue".formatted(done.path("id").asString());

    Answer refused = service.post(path, "{\"max_steps\": 2}");
    Answer both = service.post(path, "{\"max_steps\": 2, \"n_epochs\": 1, \"from\": \"afar\"}");

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.error()).contains("was not kept; continue with \"from\": \"weights\"");
    assertThat(both.error())
        .contains("n_epochs: give n_epochs or max_steps")
        .contains("from: was 'afar'; allowed: optimizer, weights");
  }

  @Test
  void stages_of_one_request_train_one_after_the_other() {
    String critiques =
        service.upload(
            "{\"question\": \"1 + 1 ?\", \"response\": \"3\", \"critique\": \"Wrong. [END]\"}\n");
    String body =
        """
        {"model": "tiny", "training_file": "%s", "suffix": "chain", "method": {"type": "critique"},
         "then": [{"training_file": "%s", "suffix": "second"%s}]}\
        """;

    JsonNode last = done(service.createJob(body.formatted(critiques, rows, "")));

    String first = last.path("needs").get(0).asString();
    assertThat(last.path("model").asString()).isEqualTo(first);
    assertThat(service.job(first).path("method").path("type").asString()).isEqualTo("critique");
    JsonNode model = service.get("/models/" + last.path("fine_tuned_model").asString()).body();
    assertThat(model.path("id").asString()).startsWith("ft:tiny:second:");
    assertThat(model.path("parent").asString())
        .isEqualTo(service.job(first).path("fine_tuned_model").asString());
    assertThat(
            service
                .post(
                    "/fine_tuning/jobs",
                    body.formatted(critiques, "file-none", ", \"model\": \"tiny\", \"seed\": -1"))
                .error())
        .contains("then[0].model: was 'tiny'; allowed: none")
        .contains("then[0].training_file: there is no file")
        .contains("then[0].seed: was -1");
  }

  @Test
  void the_metrics_and_the_rows_with_the_highest_losses_are_told_at_the_end() throws IOException {
    JsonNode job =
        done(
            service.createJob(
                job(
                    "\"n_epochs\": 1",
                    ", \"row_losses\": 10, \"integrations\": [{\"type\": \"wandb\", \"wandb\": {\"project\": \"p\"}}]")));
    String id = job.path("id").asString();

    JsonNode losses =
        service.get("/fine_tuning/jobs/%s/row_losses?limit=3".formatted(id)).body().path("data");

    assertThat(losses).hasSize(3);
    assertThat(losses.get(0).path("loss").asDouble())
        .isGreaterThanOrEqualTo(losses.get(1).path("loss").asDouble());
    int row = losses.get(0).path("row").asInt();
    assertThat(losses.get(0).path("content").path("messages").get(0).path("content").asString())
        .isEqualTo("What is %d + 1 ?".formatted(row - 1));
    assertThat(text(job.path("result_files").get(0)))
        .startsWith("step,grad_norm,learning_rate,")
        .contains("\n5,")
        .hasLineCount(6);
    assertThat(text(job.path("result_files").get(1))).hasLineCount(10);
    assertThat(job.path("integrations").get(0).path("wandb").path("project").asString())
        .isEqualTo("p");
    assertThat(
            FineTuningTest.texts(
                service
                    .get("/fine_tuning/jobs/%s/events?limit=100".formatted(id))
                    .body()
                    .path("data"),
                "message"))
        .anyMatch(message -> message.startsWith("integrations are kept with the job"));
  }

  private static String text(JsonNode file) throws IOException {
    try (var content = service.bean(StoredFiles.class).open(file.asString())) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static JsonNode continued(JsonNode job, String body) {
    Answer answer =
        service.post("/fine_tuning/jobs/%s/continue".formatted(job.path("id").asString()), body);
    assertThat(answer.status()).as(answer.error()).isEqualTo(200);
    return done(answer.body().path("id").asString());
  }

  private static JsonNode done(String id) {
    JsonNode job = service.await(id, "succeeded", "failed");
    assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("succeeded");
    return job;
  }

  private static String job(String length, String more) {
    return """
    {"model": "tiny", "training_file": "%s", "seed": 1%s, "method": {"type": "supervised",
      "supervised": {"hyperparameters": {%s, "batch_size": 4, "learning_rate": 1e-3,
        "lr_scheduler_type": "constant"}}}}\
    """
        .formatted(rows, more, length);
  }
}
