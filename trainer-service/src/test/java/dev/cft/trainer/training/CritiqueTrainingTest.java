package dev.cft.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Outcome;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.datasets.Verdict;
import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Training on critiques: from a dataset as critique jobs make it, and from published rows.
class CritiqueTrainingTest {
  private static final Path PUBLISHED =
      Path.of("../../shared/data/critiques/one-shot-cft/DSR-CFT-p3.jsonl");

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
  void a_datasets_good_critiques_are_trained_and_only_they() {
    String dataset = critiques();

    String id = service.createJob(spec(dataset, "\"critique\": {\"hyperparameters\": {}}"));
    JsonNode job = service.await(id, "succeeded", "failed");

    assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("succeeded");
    assertThat(job.path("result").path("rows").asInt()).isEqualTo(2);
    JsonNode row = preview(id);
    assertThat(texts(row, false))
        .contains("Please critique whether the following solution to the question is correct.")
        .contains("Question:\n1 + 1 ?")
        .contains("Solution:\n2")
        .doesNotContain("[END]");
    assertThat(texts(row, true)).isEqualTo("Yes. Conclusion: right [END]<|im_end|>\n");
  }

  @Test
  void verified_rows_are_those_judged_right() {
    String id = service.createJob(spec(critiques(), "\"critique\": {\"rows\": \"verified\"}"));
    JsonNode job = service.await(id, "succeeded", "failed");

    assertThat(job.path("result").path("rows").asInt()).as(job.toString()).isEqualTo(1);
  }

  @Test
  void a_model_learns_from_the_published_critiques_of_one_shot_cft() throws IOException {
    assumeThat(PUBLISHED).as("the published critique rows are not here").exists();
    String rows;
    try (Stream<String> lines = Files.lines(PUBLISHED)) {
      rows = lines.limit(64).collect(Collectors.joining("\n"));
    }

    String id =
        service.createJob(
            spec(
                service.upload(rows),
                "\"critique\": {\"hyperparameters\": {\"batch_size\": 16, \"learning_rate\": 1e-2}}"));
    JsonNode job = service.await(id, "succeeded", "failed");

    assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("succeeded");
    assertThat(job.path("result").path("rows").asInt()).isEqualTo(64);
    JsonNode events = service.get("/fine_tuning/jobs/" + id + "/events?limit=100").body();
    List<Double> losses =
        StreamSupport.stream(events.path("data").spliterator(), false)
            .map(event -> event.path("data").path("train_loss"))
            .filter(JsonNode::isNumber)
            .map(JsonNode::asDouble)
            .toList();
    assertThat(losses.getFirst()).isLessThan(losses.getLast() - 0.5);
  }

  private static String spec(String rows, String settings) {
    return """
    {"model": "tiny", "training_file": "%s", "seed": 1,
     "method": {"type": "critique", %s}}\
    """
        .formatted(rows, settings);
  }

  private static String critiques() {
    Datasets datasets = service.bean(Datasets.class);
    String id = datasets.create(null, "critiques", StoreJson.mapper().createObjectNode()).id();
    datasets.append(
        id,
        List.of(
            row(0, "2", "Yes. Conclusion: right [END]", Verdict.RIGHT, Outcome.OK),
            row(1, "3", "No. Conclusion: wrong [END]", Verdict.WRONG, Outcome.OK),
            row(2, "4", "Hm.", Verdict.UNPARSED, Outcome.rejected("no verdict"))));
    datasets.complete(id);
    return id;
  }

  private static DatasetRow row(
      long seq, String response, String critique, Verdict verdict, Outcome outcome) {
    return new DatasetRow(
        seq, "1 + 1 ?", "2", response, critique, verdict, null, null, outcome, null);
  }

  private static JsonNode preview(String id) {
    return service.get("/fine_tuning/jobs/" + id + "/preview?limit=1").body().path("data").get(0);
  }

  /// The row's text, of its trained or its masked tokens.
  private static String texts(JsonNode row, boolean trained) {
    return StreamSupport.stream(row.path("tokens").spliterator(), false)
        .filter(token -> token.path("trained").asBoolean() == trained)
        .map(token -> token.path("text").asString())
        .collect(Collectors.joining());
  }
}
