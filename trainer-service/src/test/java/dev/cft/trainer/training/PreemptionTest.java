package dev.cft.trainer.training;

import static dev.cft.trainer.testing.Rows.questions;
import static dev.cft.trainer.testing.TestService.modelHash;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Jobs that share this machine's slots: they wait for all of theirs, and make room for others.
class PreemptionTest {
  private static final int LONG = 300;
  private static final int SHORT = 10;

  @TempDir static Path root;
  private static TestService service;
  private static String rows;

  @BeforeAll
  static void start() throws IOException {
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    service =
        TestService.start(Shared.in(root), "cft.trainer.local.slots=2", "cft.jobs.heartbeat=500ms");
    rows = service.upload(questions(40));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void a_job_that_makes_room_ends_with_the_model_of_an_undisturbed_one() {
    String undisturbed = modelHash(service.await(job(LONG, 1, 0), "succeeded", "failed"));
    String victim = job(LONG, 1, 0);
    service.await(victim, job -> service.checkpoints(victim) > 0);

    String urgent = job(SHORT, 2, 10);
    String younger = job(SHORT, 1, 0);

    service.await(urgent, "succeeded");
    assumeThat(service.job(victim).path("status").asString())
        .as("the job was quicker than the urgent one's check")
        .isNotEqualTo("succeeded");
    JsonNode ended = service.await(victim, "succeeded", "failed");
    service.await(younger, "succeeded");
    assertThat(modelHash(ended)).isEqualTo(undisturbed);
    assertThat(ended.path("attempts").asInt()).isEqualTo(1);
    assertThat(service.messages(victim))
        .contains("made room for %s, whose priority is 10".formatted(urgent))
        .anyMatch(message -> message.contains("resumed from step"));
    assertThat(service.messages(victim).stream().filter(message -> message.startsWith("Step ")))
        .doesNotHaveDuplicates();
    assertThat(
            service
                .get("/fine_tuning/jobs/%s/metrics?name=train_loss".formatted(victim))
                .body()
                .path("data")
                .path(0)
                .path("values")
                .size())
        .isEqualTo(LONG);
  }

  @Test
  void what_waits_is_told_with_its_place_and_why() {
    String running = job(LONG, 2, 0);
    service.await(running, "running");
    String wide = job(SHORT, 2, 0);
    String narrow = job(SHORT, 1, 0);
    service.await(narrow, "queued");
    service.await(wide, "queued");

    JsonNode queue = service.get("/queue").body().path("data");

    assertThat(queue.size()).isEqualTo(2);
    assertThat(queue.path(0).path("position").asInt()).isEqualTo(1);
    assertThat(queue.path(0).path("gpus").asInt()).isEqualTo(2);
    assertThat(queue.path(0).path("reason").asString())
        .isEqualTo(
            "next in the queue of fine_tuning jobs; 1 running on 2 slots, waits until 2 slots of"
                + " one worker are free");
    assertThat(service.job(narrow).path("queue").path("position").asInt()).isEqualTo(2);
    for (String job : List.of(running, wide, narrow)) {
      service.post("/fine_tuning/jobs/" + job + "/cancel", "");
    }
  }

  @Test
  void more_slots_than_there_are_cannot_be_asked_for() {
    TestService.Answer answer = service.post("/fine_tuning/jobs", spec(SHORT, 3, 0));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error())
        .contains("gpus: was 3")
        .contains("a whole number from 1 to 2, the slots of this machine's CPU");
  }

  private static String job(int steps, int gpus, int priority) {
    return service.createJob(spec(steps, gpus, priority));
  }

  private static String spec(int steps, int gpus, int priority) {
    return """
    {"model": "tiny", "training_file": "%s", "seed": 3, "gpus": %d, "priority": %d,
     "method": {"type": "supervised", "supervised": {"hyperparameters":
       {"max_steps": %d, "batch_size": 4, "learning_rate": 1e-3, "checkpoint_steps": 20}}}}\
    """
        .formatted(rows, gpus, priority, steps);
  }
}
