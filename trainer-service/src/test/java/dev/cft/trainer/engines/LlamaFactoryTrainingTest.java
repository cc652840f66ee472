package dev.cft.trainer.engines;

import static dev.cft.trainer.testing.Rows.questions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Jobs that LLaMA-Factory trains for real, on the CPU. `CFT_LLAMA_FACTORY` names a Python that has
/// it: `pip install torch==2.7.1 torchaudio==2.7.1 torchvision==0.22.1 llamafactory==0.9.5`.
class LlamaFactoryTrainingTest {
  /// A step takes all rows, so that the order of the rows does not matter.
  private static final int ROWS = 16;

  private static final int STEPS = 60;

  @TempDir static Path root;
  private static TestService service;
  private static String rows;
  private static List<Double> djl;

  @BeforeAll
  static void start() throws IOException {
    String python = System.getenv("CFT_LLAMA_FACTORY");
    assumeThat(python).as("CFT_LLAMA_FACTORY names no Python that has LLaMA-Factory").isNotNull();
    TinyCheckpoint.writeForOthers(root.resolve("bases/tiny"));
    service =
        TestService.start(
            Shared.in(root),
            "cft.jobs.heartbeat=500ms",
            "cft.trainer.local.slots=1",
            "cft.trainer.engines=djl,llama-factory",
            "cft.trainer.llama-factory.python=" + python);
    rows = service.upload(questions(ROWS));
    djl = losses(ended(job("djl", STEPS)));
  }

  @AfterAll
  static void stop() {
    if (service != null) {
      service.close();
    }
  }

  @Test
  void a_job_has_the_loss_of_engine_djl_at_every_step() {
    JsonNode job = ended(job("llama-factory", STEPS));

    List<Double> losses = losses(job);
    assertThat(losses).hasSameSizeAs(djl);
    for (int step = 0; step < losses.size(); step++) {
      assertThat(losses.get(step)).as("step %d", step + 1).isCloseTo(djl.get(step), within(1e-4));
    }
    assertThat(job.path("result").path("trained_tokens").asLong()).isPositive();
    assertThat(service.checkpoints(job.path("id").asString())).isEqualTo(STEPS / 10);
    assertThat(service.get("/models").body().toString())
        .contains(job.path("fine_tuned_model").asString());
  }

  @Test
  void a_paused_job_goes_on_from_its_checkpoint_with_the_same_losses() {
    String id = job("llama-factory", STEPS);
    service.await(id, job -> service.checkpoints(id) > 0);

    service.post("/fine_tuning/jobs/" + id + "/pause", "");
    service.await(id, "paused", "succeeded");
    service.post("/fine_tuning/jobs/" + id + "/resume", "");

    List<Double> losses = losses(ended(id));
    assertThat(losses).hasSameSizeAs(djl);
    for (int step = 0; step < losses.size(); step++) {
      assertThat(losses.get(step)).as("step %d", step + 1).isCloseTo(djl.get(step), within(1e-4));
    }
  }

  private static String job(String engine, int epochs) {
    return service.createJob(
        """
        {"model": "tiny", "training_file": "%s", "seed": 3, "engine": "%s",
         "method": {"type": "supervised", "supervised": {"hyperparameters":
           {"n_epochs": %d, "batch_size": %d, "micro_batch_size": 4, "learning_rate": 1e-3,
            "checkpoint_steps": 10}}}}\
        """
            .formatted(rows, engine, epochs, ROWS));
  }

  private static JsonNode ended(String id) {
    JsonNode job = service.await(id, "succeeded", "failed");
    assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("succeeded");
    return job;
  }

  private static List<Double> losses(JsonNode job) {
    JsonNode series =
        service
            .get(
                "/fine_tuning/jobs/%s/metrics?name=train_loss".formatted(job.path("id").asString()))
            .body()
            .path("data")
            .path(0)
            .path("values");
    var losses = new ArrayList<Double>();
    series.forEach(value -> losses.add(value.asDouble()));
    return losses;
  }
}
