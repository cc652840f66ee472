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
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
  private static JsonNode djl;

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
    djl = ended(job("djl", STEPS));
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

    assertSame(losses(job), losses(djl), 1e-4);
    assertSame(service.series(job, "grad_norm"), service.series(djl, "grad_norm"), 1e-3);
    assertThat(service.series(job, "tokens_per_second")).hasSize(STEPS).allMatch(rate -> rate > 0);
    assertThat(service.series(job, "peak_memory_bytes")).hasSize(STEPS).allMatch(peak -> peak > 0);
    assertThat(job.path("result").path("versions").propertyNames())
        .contains("python", "llamafactory", "torch", "transformers");
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

    assertSame(losses(ended(id)), losses(djl), 1e-4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void the_losses_of_the_rows_are_those_of_engine_djl(boolean packs) {
    String setting = ", \"max_steps\": 5, \"packing\": " + packs;

    JsonNode theirs = ended(job("llama-factory", 1, setting));

    JsonNode ours = ended(job("djl", 1, setting));
    assertThat(rowLosses(theirs, "row")).hasSize(ROWS).isEqualTo(rowLosses(ours, "row"));
    assertThat(rowLosses(theirs, "trained_tokens")).isEqualTo(rowLosses(ours, "trained_tokens"));
    assertSame(rowLosses(theirs, "loss"), rowLosses(ours, "loss"), 1e-3);
  }

  private static String job(String engine, int epochs) {
    return job(engine, epochs, "");
  }

  private static String job(String engine, int epochs, String setting) {
    return service.createJob(
        """
        {"model": "tiny", "training_file": "%s", "seed": 3, "engine": "%s",
         "method": {"type": "supervised", "supervised": {"hyperparameters":
           {"n_epochs": %d, "batch_size": %d, "micro_batch_size": 4, "learning_rate": 1e-3,
            "checkpoint_steps": 10%s}}}}\
        """
            .formatted(rows, engine, epochs, ROWS, setting));
  }

  private static JsonNode ended(String id) {
    JsonNode job = service.await(id, "succeeded", "failed");
    assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("succeeded");
    return job;
  }

  private static List<Double> losses(JsonNode job) {
    return service.series(job, "train_loss");
  }

  private static void assertSame(List<Double> actual, List<Double> expected, double tolerance) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i)).as("%d", i + 1).isCloseTo(expected.get(i), within(tolerance));
    }
  }

  /// A number of each row, by the rows' places.
  private static List<Double> rowLosses(JsonNode job, String name) {
    String id = job.path("id").asString();
    return service
        .get("/fine_tuning/jobs/%s/row_losses?limit=100".formatted(id))
        .body()
        .path("data")
        .valueStream()
        .sorted(Comparator.comparingLong(row -> row.path("row").asLong()))
        .map(row -> row.path(name).asDouble())
        .toList();
  }
}
