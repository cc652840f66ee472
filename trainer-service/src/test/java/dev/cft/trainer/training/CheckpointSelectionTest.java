package dev.cft.trainer.training;

import static dev.cft.trainer.testing.Rows.questions;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.models.Models;
import dev.cft.store.models.StoredModel;
import dev.cft.trainer.testing.EvaluatingService;
import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Answer;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/// Checkpoints scored by an eval: 0.5 at step 2, 0.9 at step 6, 0.7 at step 8, else 0.1.
class CheckpointSelectionTest {
  @TempDir static Path root;
  private static TestService service;
  private static ConfigurableApplicationContext evaluating;
  private static String rows;
  private static String eval;

  @BeforeAll
  static void start() throws IOException {
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    Shared shared = Shared.in(root);
    service = TestService.start(shared);
    evaluating = EvaluatingService.start(shared);
    rows = service.upload(questions(20));
    eval = EvaluatingService.eval(service);
  }

  @AfterAll
  static void stop() {
    evaluating.close();
    service.close();
  }

  @Test
  void the_checkpoint_with_the_best_accuracy_becomes_the_model_and_others_go() {
    JsonNode job =
        done(
            "\"max_steps\": 10",
            "\"checkpoint_eval\": {\"eval\": \"%s\"}, \"keep\": {\"best\": 2, \"last\": 1}"
                .formatted(eval));

    JsonNode result = job.path("result");
    assertThat(result.path("selected_step").asInt()).isEqualTo(6);
    assertThat(result.path("selected_by").asString()).isEqualTo("eval_accuracy");
    assertThat(result.path("steps").asInt()).isEqualTo(10);
    var models = service.bean(Models.class);
    assertThat(models.checkpointsOf(job.path("id").asString()))
        .extracting(StoredModel::step)
        .containsExactly(6L, 8L, 10L);
    StoredModel model = models.find(job.path("fine_tuned_model").asString()).orElseThrow();
    assertThat(model.hash())
        .isEqualTo(models.find(model.id() + ":ckpt-step-6").orElseThrow().hash());
    JsonNode checkpoints =
        service
            .get("/fine_tuning/jobs/%s/checkpoints".formatted(job.path("id").asString()))
            .body()
            .path("data");
    assertThat(checkpoints.get(2).path("metrics").path("eval_accuracy").asDouble()).isEqualTo(0.9);
  }

  @Test
  void the_last_checkpoint_becomes_the_model_where_that_is_asked_for() {
    JsonNode job =
        done(
            "\"max_steps\": 10",
            "\"validation_file\": \"%s\", \"select\": \"last\"".formatted(rows));

    assertThat(job.path("result").path("selected_step").asInt()).isEqualTo(10);
    assertThat(job.path("result").path("selected_by").asString()).isEqualTo("last");
  }

  @Test
  void training_ends_early_when_checkpoints_are_no_better() {
    JsonNode job =
        done(
            "\"max_steps\": 20000",
            ("\"checkpoint_eval\": {\"eval\": \"%s\"}, \"keep\": {\"best\": 1},"
                    + " \"early_stopping\": {\"patience\": 3, \"min_delta\": 0.05}")
                .formatted(eval));

    JsonNode result = job.path("result");
    assertThat(result.path("early_stopped").asBoolean()).isTrue();
    assertThat(result.path("steps").asInt()).isBetween(12, 19_999);
    assertThat(result.path("selected_step").asInt()).isEqualTo(6);
    assertThat(result.path("trained_tokens").asInt()).isPositive();
  }

  @Test
  void what_cannot_be_watched_is_refused_with_every_reason() {
    Answer answer =
        service.post(
            "/fine_tuning/jobs",
            """
            {"model": "tiny", "training_file": "%s", "select": "best",
             "early_stopping": {"patience": 0}, "keep": {"first": 1}, "row_losses": -1,
             "integrations": [{"type": "mlflow"}]}\
            """
                .formatted(rows));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error())
        .contains("select: 'best' needs something to choose by")
        .contains("early_stopping: needs something to go by")
        .contains("early_stopping.patience: was 0; allowed: a whole number from 1")
        .contains("keep.first: is unknown; allowed: [best, last, resumable]")
        .contains("row_losses: was -1")
        .contains("integrations[0].type: was 'mlflow'; allowed: wandb");
    assertThat(
            service
                .post(
                    "/fine_tuning/jobs",
                    "{\"model\": \"tiny\", \"training_file\": \"%s\", \"checkpoint_eval\": {\"eval\": \"eval_none\"}}"
                        .formatted(rows))
                .error())
        .contains("checkpoint_eval.eval: there is no eval 'eval_none' with items of its own");
  }

  private static JsonNode done(String length, String more) {
    String id =
        service.createJob(
            """
            {"model": "tiny", "training_file": "%s", "seed": 1, %s, "method": {"type": "supervised",
              "supervised": {"hyperparameters": {%s, "batch_size": 4, "checkpoint_steps": 2}}}}\
            """
                .formatted(rows, more, length));
    JsonNode job = service.await(id, "succeeded", "failed");
    assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("succeeded");
    return job;
  }
}
