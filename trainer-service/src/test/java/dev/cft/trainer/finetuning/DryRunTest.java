package dev.cft.trainer.finetuning;

import static dev.cft.trainer.testing.Rows.questions;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Answer;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The whole spec checked before anything is asked for.
class DryRunTest {
  @TempDir static Path root;
  private static TestService service;

  @BeforeAll
  static void start() throws IOException {
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    service = TestService.start(Shared.in(root), "cft.trainer.device-memory=600MB");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void a_dry_run_tells_the_plan_and_leaves_nothing() throws IOException {
    String rows = service.upload(questions(20) + longCritique());
    int jobs = service.get("/fine_tuning/jobs").body().path("data").size();
    long folders = runFolders();

    JsonNode plan =
        service
            .post(
                "/fine_tuning/jobs?dry_run=true",
                job(rows, "\"n_epochs\": 2, \"batch_size\": 4, \"checkpoint_steps\": 3"))
            .body();

    assertThat(plan.path("object").asString()).isEqualTo("fine_tuning.job.plan");
    assertThat(plan.path("steps").asInt()).isEqualTo(12);
    assertThat(plan.path("checkpoints").asInt()).isEqualTo(4);
    assertThat(plan.path("batch").toString())
        .isEqualTo(
            "{\"size\":4,\"micro\":4,\"accumulation\":1,\"devices\":1,\"steps_per_epoch\":6}");
    assertThat(plan.path("tokens").asLong())
        .isEqualTo(2 * plan.path("training_set").path("tokens").asLong());
    assertThat(plan.path("memory").path("total").asLong())
        .isBetween(500L << 20, plan.path("memory").path("available").asLong());
    assertThat(plan.path("disk").path("places").get(0).path("needed").asLong()).isPositive();
    assertThat(plan.has("estimated_seconds")).as("null until a run has told the pace").isTrue();
    assertThat(plan.path("warnings").get(0).asString())
        .contains("1 of them lose the end")
        .contains("rows 21");
    assertThat(service.get("/fine_tuning/jobs").body().path("data").size()).isEqualTo(jobs);
    assertThat(runFolders()).isEqualTo(folders);
  }

  private static long runFolders() throws IOException {
    Path runs = root.resolve("runs");
    if (Files.notExists(runs)) {
      return 0;
    }
    try (var folders = Files.list(runs)) {
      return folders.count();
    }
  }

  @Test
  void every_fault_of_request_rows_batch_and_memory_is_told_at_once() {
    String bad = service.upload(questions(3) + "{\"messages\": []}\n");
    String none = service.upload("{\"prompt\": \"x\"}\n");

    Answer answer =
        service.post(
            "/fine_tuning/jobs",
            """
            {"model": "tiny", "training_file": "%s", "validation_file": "%s", "suffix": "a b",
             "dry_run": true, "method": {"type": "supervised", "supervised": {"hyperparameters":
               {"batch_size": 4096, "micro_batch_size": 4096}}}}\
            """
                .formatted(bad, none));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error())
        .contains("suffix: was 'a b'")
        .contains("line 4 messages must be a list")
        .contains("line 1 completion is missing")
        .contains("training needs about")
        .contains("the device has 600.0 MB: lower micro_batch_size");
  }

  @Test
  void a_job_that_does_not_fit_the_device_fails_before_a_slot_is_asked_for() {
    String rows = service.upload(questions(4096));

    JsonNode job =
        service.await(
            service.createJob(job(rows, "\"batch_size\": 4096, \"micro_batch_size\": 4096")),
            "failed",
            "succeeded");

    assertThat(job.path("error").path("code").asString()).isEqualTo("insufficient_memory");
    assertThat(job.path("error").path("param").asString())
        .isEqualTo("method.supervised.hyperparameters.micro_batch_size");
    assertThat(job.path("stage").asString()).isEmpty();
  }

  @Test
  void adapters_and_packing_are_asked_for_by_the_trainers_own_keys() {
    String rows = service.upload(questions(12));
    String id =
        service.createJob(
            job(
                rows,
                "\"finetuning_type\": \"lora\", \"lora_rank\": 4, \"lora_target\": \"q_proj,v_proj\","
                    + " \"packing\": true, \"gradient_checkpointing\": true, \"batch_size\": 2"));

    JsonNode job = service.await(id, "succeeded", "failed");

    assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("succeeded");
    assertThat(job.path("hyperparameters").path("lora_rank").asInt()).isEqualTo(4);
  }

  private static String longCritique() {
    return "{\"prompt\": \"x\", \"completion\": \"%s\"}\n".formatted("y".repeat(2000));
  }

  private static String job(String file, String hyperparameters) {
    return """
    {"model": "tiny", "training_file": "%s", "seed": 1,
     "method": {"type": "supervised", "supervised": {"hyperparameters": {%s}}}}\
    """
        .formatted(file, hyperparameters);
  }
}
