package dev.cft.trainer.training;

import static dev.cft.trainer.testing.Rows.questions;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.lm.Checkpoints;
import dev.cft.store.models.Models;
import dev.cft.trainer.models.ModelRegistry;
import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Answer;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class FineTuningTest {
  @TempDir static Path root;
  private static TestService service;

  @BeforeAll
  static void start() throws IOException {
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    service = TestService.start(Shared.in(root));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void a_job_becomes_a_model_with_its_events_and_checkpoints() throws IOException {
    String file = service.upload(questions(20));

    String id =
        service.createJob(
            """
            {"model": "tiny", "training_file": "%s", "validation_file": "%s", "suffix": "sums",
             "seed": 1, "metadata": {"team": "maths"},
             "method": {"type": "supervised", "supervised": {"hyperparameters":
               {"n_epochs": 2, "batch_size": 4, "learning_rate": 1e-2, "checkpoint_steps": 4}}}}\
            """
                .formatted(file, file));
    JsonNode job = service.await(id, "succeeded", "failed");

    assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("succeeded");
    assertThat(job.path("result").path("steps").asInt()).isEqualTo(10);
    assertThat(job.path("trained_tokens").asInt()).isPositive();
    String model = job.path("fine_tuned_model").asString();
    assertThat(model).startsWith("ft:tiny:sums:");
    assertThatEventsTellTheWholeStory(id);
    assertThatCheckpointsAreListedNewestFirst(id, model);
    assertThatTheModelCanBeLoaded(model);
    assertThat(lossAt(id, 10)).isLessThan(lossAt(id, 1));
  }

  private static void assertThatEventsTellTheWholeStory(String id) {
    JsonNode first = service.get("/fine_tuning/jobs/" + id + "/events?limit=3").body();
    assertThat(first.path("has_more").asBoolean()).isTrue();
    assertThat(texts(first.path("data"), "message")).hasSize(3).first().isEqualTo("succeeded");

    String after = first.path("last_id").asString();
    JsonNode rest =
        service.get("/fine_tuning/jobs/%s/events?limit=100&after=%s".formatted(id, after)).body();
    assertThat(rest.path("has_more").asBoolean()).isFalse();
    assertThat(texts(rest.path("data"), "message"))
        .anyMatch(message -> message.startsWith("Training set: 20 of 20 rows"))
        .anyMatch(message -> message.startsWith("Hyperparameters: batch 4 = 4 x 1"))
        .anyMatch(message -> message.startsWith("Checkpoint created at step 4"));
    assertThat(texts(rest.path("data"), "type")).contains("metrics");
  }

  private static void assertThatCheckpointsAreListedNewestFirst(String id, String model) {
    JsonNode page = service.get("/fine_tuning/jobs/" + id + "/checkpoints?limit=2").body();
    assertThat(texts(page.path("data"), "fine_tuned_model_checkpoint"))
        .containsExactly(model + ":ckpt-step-10", model + ":ckpt-step-8");
    JsonNode metrics = page.path("data").get(0).path("metrics");
    assertThat(metrics.path("train_loss").isNumber()).isTrue();
    assertThat(metrics.path("valid_loss").isNumber()).isTrue();

    String after = page.path("last_id").asString();
    JsonNode rest =
        service.get("/fine_tuning/jobs/%s/checkpoints?after=%s".formatted(id, after)).body();
    assertThat(texts(rest.path("data"), "fine_tuned_model_checkpoint"))
        .containsExactly(model + ":ckpt-step-4");
  }

  private static void assertThatTheModelCanBeLoaded(String id) throws IOException {
    var model = service.bean(Models.class).find(id).orElseThrow();
    Path folder = service.bean(ModelRegistry.class).folder(model);
    assertThat(Checkpoints.inspect(folder).sha256()).isEqualTo(model.hash());
    assertThat(model.parent()).isEqualTo("tiny");
  }

  @Test
  void a_fine_tuned_model_is_trained_further_by_naming_its_job() {
    String file = service.upload(questions(4));
    String first = service.createJob(job("tiny", file));
    String second = service.createJob(job(first, file));

    assertThat(service.job(second).path("needs").get(0).asString()).isEqualTo(first);
    JsonNode job = service.await(second, "succeeded", "failed");

    assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("succeeded");
    String parent = service.job(first).path("fine_tuned_model").asString();
    Answer model = service.get("/models/" + job.path("fine_tuned_model").asString());
    assertThat(model.body().path("parent").asString()).isEqualTo(parent);
    assertThat(model.body().path("id").asString()).startsWith("ft:tiny:");
  }

  @Test
  void rows_that_cannot_be_read_fail_the_job_naming_line_and_field() {
    String file =
        service.upload(
            """
            {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
            {"messages": [{"role": "user"}]}
            {"messages": [{"role": "user", "content": "a"}]}
            """);

    JsonNode error = service.await(service.createJob(job("tiny", file)), "failed").path("error");

    assertThat(error.path("code").asString()).isEqualTo("invalid_rows");
    assertThat(error.path("param").asString()).isEqualTo("training_file");
    assertThat(error.path("message").asString())
        .contains("line 2 messages[0].content must be a text, was missing")
        .contains("line 3 messages[0].role was 'user'; the last message must be the assistant's");
  }

  @Test
  void rows_without_room_for_their_target_fail_the_job() {
    String file =
        service.upload("{\"prompt\": \"%s\", \"completion\": \"\"}".formatted("x".repeat(2000)));

    JsonNode error = service.await(service.createJob(job("tiny", file)), "failed").path("error");

    assertThat(error.path("code").asString()).isEqualTo("no_trainable_rows");
  }

  @Test
  void rows_that_are_cut_are_told_as_an_event() {
    String file =
        service.upload(
            questions(3)
                + "{\"prompt\": \"x\", \"completion\": \"%s\"}\n".formatted("y".repeat(2000)));
    String id = service.createJob(job("tiny", file));
    service.await(id, "succeeded", "failed");

    JsonNode events = service.get("/fine_tuning/jobs/" + id + "/events?limit=100").body();
    assertThat(texts(events.path("data"), "message"))
        .contains(
            "Training set: 1 rows are longer than cutoff_len 512 and are cut; 1 of them lose the"
                + " end of their target, 0 are left out because nothing of it remains: rows 4");
  }

  @Test
  void a_base_model_that_breaks_later_fails_the_job_saying_how() throws IOException {
    String file = service.upload(questions(3));
    TinyCheckpoint.write(root.resolve("bases/fragile"));
    TinyCheckpoint.write(root.resolve("bases/mute"));
    service.post("/models/rescan", "");
    Files.write(folderOf("fragile").resolve("model.safetensors"), new byte[100]);
    Files.delete(folderOf("mute").resolve("tokenizer.json"));

    JsonNode corrupt = service.await(service.createJob(job("fragile", file)), "failed");
    JsonNode mute = service.await(service.createJob(job("mute", file)), "failed");

    assertThat(corrupt.path("error").path("code").asString()).isEqualTo("invalid_checkpoint");
    assertThat(corrupt.path("error").path("message").asString()).contains("model.safetensors");
    assertThat(corrupt.path("attempts").asInt()).as("told before a slot is taken").isZero();
    assertThat(mute.path("error").path("code").asString()).isEqualTo("invalid_checkpoint");
    assertThat(mute.path("error").path("message").asString()).contains("the tokenizer is missing");
  }

  private static Path folderOf(String model) throws IOException {
    return service
        .bean(ModelRegistry.class)
        .folder(service.bean(Models.class).find(model).orElseThrow());
  }

  @Test
  void critique_rows_are_required_by_the_method_critique() {
    String file = service.upload(questions(3));

    String id =
        service.createJob(
            "{\"model\": \"tiny\", \"training_file\": \"%s\", \"method\": {\"type\": \"critique\"}}"
                .formatted(file));
    JsonNode error = service.await(id, "failed").path("error");

    assertThat(error.path("message").asString())
        .contains("3 rows: it has no critique of a response to a question");
  }

  static List<String> texts(JsonNode array, String field) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(item -> item.path(field).asString(""))
        .toList();
  }

  private static double lossAt(String id, int step) {
    JsonNode events = service.get("/fine_tuning/jobs/" + id + "/events?limit=100").body();
    return StreamSupport.stream(events.path("data").spliterator(), false)
        .map(event -> event.path("data"))
        .filter(data -> data.path("step").asInt(0) == step && data.has("train_loss"))
        .mapToDouble(data -> data.path("train_loss").asDouble())
        .findFirst()
        .orElseThrow();
  }

  private static String job(String model, String file) {
    return """
    {"model": "%s", "training_file": "%s", "seed": 1, "hyperparameters":
      {"n_epochs": 1, "batch_size": 4, "learning_rate_multiplier": 100}}\
    """
        .formatted(model, file);
  }
}
