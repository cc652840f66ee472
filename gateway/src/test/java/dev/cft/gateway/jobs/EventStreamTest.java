package dev.cft.gateway.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.gateway.GatewayTest;
import dev.cft.service.testing.TestHttp;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.specs.CritiquesSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class EventStreamTest extends GatewayTest {
  private record Event(String id, String type, JsonNode data) {}

  @Test
  void events_come_while_they_happen_and_the_stream_ends_with_the_job() throws Exception {
    var job = submit();

    try (var stream = open(job, user)) {
      var first = next(stream);
      jobs.pause(job.id());
      var paused = next(stream);
      jobs.cancel(job.id());
      var rest = rest(stream);

      assertThat(first.data().path("job_id").asString()).isEqualTo(job.id().value());
      assertThat(paused.data().path("message").asString()).contains("paused");
      assertThat(Long.parseLong(paused.id())).isGreaterThan(Long.parseLong(first.id()));
      assertThat(rest).extracting(Event::type).endsWith("done");
      assertThat(rest.getLast().data().path("status").asString()).isEqualTo("cancelled");
    }
  }

  @Test
  void a_broken_stream_goes_on_after_the_last_event() throws Exception {
    var job = submit();
    jobs.pause(job.id());
    jobs.resume(job.id());
    jobs.cancel(job.id());
    List<Event> all;
    try (var stream = open(job, user)) {
      all = rest(stream);
    }

    var second = all.get(1).id();
    try (var stream = open(job, user.with("Last-Event-ID", second))) {
      assertThat(rest(stream)).isEqualTo(all.subList(2, all.size()));
    }
  }

  @Test
  void a_stream_is_never_cached_or_buffered() throws Exception {
    var job = submit();
    jobs.cancel(job.id());

    var answer = user.with("Accept", "text/event-stream").get("/v1/jobs/" + job.id() + "/events");

    assertThat(answer.header("Content-Type")).startsWith("text/event-stream");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.header("X-Accel-Buffering")).isEqualTo("no");
    assertThat(answer.text()).startsWith("retry: 2000");
  }

  @Test
  void a_last_event_that_is_none_is_refused() {
    var answer =
        user.with("Accept", "text/event-stream")
            .with("Last-Event-ID", "yesterday")
            .get("/v1/jobs/" + submit().id() + "/events");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error().path("param").asString()).isEqualTo("Last-Event-ID");
  }

  @Test
  void the_stream_of_an_unknown_job_is_not_found() {
    var answer = user.with("Accept", "text/event-stream").get("/v1/jobs/ftjob-nothing/events");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.error().path("code").asString()).isEqualTo("job_not_found");
  }

  private Job submit() {
    return jobs.submit(
        NewJob.of(JobKind.CRITIQUES, new CritiquesSpec("ds-1", "arithmetic", null, null, null)));
  }

  private static BufferedReader open(Job job, TestHttp http) throws Exception {
    var request =
        http.with("Accept", "text/event-stream")
            .request("GET", "/v1/jobs/" + job.id() + "/events", BodyPublishers.noBody());
    var answer = TestHttp.client().send(request, BodyHandlers.ofInputStream());
    return new BufferedReader(new InputStreamReader(answer.body(), UTF_8));
  }

  /// Skips comments and the retry time.
  private static Event next(BufferedReader stream) throws IOException {
    var id = "";
    var type = "";
    for (var line = stream.readLine(); line != null; line = stream.readLine()) {
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("event: ")) {
        type = line.substring(7);
      } else if (line.startsWith("data: ")) {
        return new Event(id, type, StoreJson.mapper().readTree(line.substring(6)));
      }
    }
    throw new IOException("the stream has ended");
  }

  private static List<Event> rest(BufferedReader stream) throws IOException {
    var events = new ArrayList<Event>();
    while (events.isEmpty() || !events.getLast().type().equals("done")) {
      events.add(next(stream));
    }
    assertThat(stream.lines()).allMatch(String::isEmpty);
    return events;
  }
}
