package dev.cft.trainer.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.StoreJson;
import dev.cft.trainer.testing.Rows;
import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Answer;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class FineTuningHistoryTest {
  @TempDir static Path root;
  private static TestService service;
  private static String job;

  @BeforeAll
  static void train() throws IOException {
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    service = TestService.start(Shared.in(root));
    job =
        service.createJob(
            """
            {"model": "tiny", "training_file": "%s", "seed": 1,
             "hyperparameters": {"n_epochs": 1, "batch_size": 4}}\
            """
                .formatted(service.upload(Rows.questions(8))));
    service.await(job, "succeeded", "failed");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void events_are_streamed_and_end_with_the_job() throws Exception {
    List<String> lines = stream("?stream=true");
    JsonNode first = StoreJson.mapper().readTree(after(lines, "data: ").getFirst());
    JsonNode done = StoreJson.mapper().readTree(after(lines, "data: ").getLast());

    assertThat(first.path("object").asString()).isEqualTo("fine_tuning.job.event");
    assertThat(after(lines, "id: ")).first().isEqualTo(first.path("id").asString());
    assertThat(after(lines, "event: ")).contains("message", "metrics").endsWith("done");
    assertThat(done.path("id").asString()).isEqualTo(job);
    assertThat(done.path("status").asString()).isEqualTo("succeeded");
  }

  @Test
  void a_stream_goes_on_after_the_last_event_that_a_client_has() throws Exception {
    List<String> all = after(stream("", "Accept", "text/event-stream"), "id: ");

    List<String> rest =
        after(stream("", "Accept", "text/event-stream", "Last-Event-ID", all.get(2)), "id: ");

    assertThat(rest).isEqualTo(all.subList(3, all.size()));
  }

  @Test
  void a_last_event_that_is_none_is_refused() throws Exception {
    String answer = String.join("\n", stream("?stream=true", "Last-Event-ID", "yesterday"));

    assertThat(answer).contains("Last-Event-ID was 'yesterday'; allowed: an event's id, ft-event-");
  }

  @Test
  void metrics_are_series_by_step() {
    JsonNode series = service.get("/fine_tuning/jobs/" + job + "/metrics").body().path("data");

    assertThat(StreamSupport.stream(series.spliterator(), false))
        .extracting(one -> one.path("name").asString())
        .contains("train_loss", "learning_rate", "grad_norm", "tokens_per_second");
    JsonNode loss =
        service.get("/fine_tuning/jobs/" + job + "/metrics?name=train_loss").body().path("data");
    assertThat(loss.size()).isEqualTo(1);
    assertThat(loss.get(0).path("steps").toString()).isEqualTo("[1,2]");
    assertThat(loss.get(0).path("values").size()).isEqualTo(2);
  }

  @Test
  void a_series_that_there_is_not_is_refused() {
    Answer answer = service.get("/fine_tuning/jobs/" + job + "/metrics?name=happiness");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).startsWith("The job has no metric 'happiness'; it has: ");
  }

  private static List<String> stream(String query, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create(
                    "%s/fine_tuning/jobs/%s/events%s".formatted(service.address(), job, query)))
            .header("Authorization", "Bearer " + TestService.KEY);
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request.build(), BodyHandlers.ofLines()).body().toList();
    }
  }

  private static List<String> after(List<String> lines, String prefix) {
    return lines.stream()
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()))
        .toList();
  }
}
