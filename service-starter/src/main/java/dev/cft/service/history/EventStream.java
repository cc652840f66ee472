package dev.cft.service.history;

import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobEvent;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.Jobs;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// Sends a job's events while they happen.
public final class EventStream {
  /// Our choice: well below the minute after which proxies drop a silent connection.
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  /// How soon a stream notices that the service stops.
  private static final Duration SLICE = Duration.ofSeconds(1);

  private static final int BATCH = 500;

  private final Jobs jobs;
  private final Closing closing;
  private final JsonMapper json;

  EventStream(Jobs jobs, Closing closing, JsonMapper json) {
    this.jobs = jobs;
    this.closing = closing;
    this.json = json;
  }

  /// What clients see of a job's events.
  public interface Shape {
    /// What `Last-Event-ID` names.
    String id(JobEvent event);

    /// The word after `event:`.
    String type(JobEvent event);

    Object event(JobEvent event);

    /// The job that has ended, for the last message.
    Object job(Job job);
  }

  /// Returns when the job has ended, the client has gone or the service stops; a client that comes
  /// back with `Last-Event-ID` misses nothing.
  ///
  /// @param after the place of the last event that the client has, 0 for none
  public void send(JobId id, long after, Shape shape, HttpServletResponse response)
      throws IOException, InterruptedException {
    response.setContentType("text/event-stream;charset=UTF-8");
    response.setHeader("Cache-Control", "no-store");
    // Asks nginx, the commonest proxy in front, not to buffer.
    response.setHeader("X-Accel-Buffering", "no");
    var output = response.getOutputStream();
    write(output, "retry: 2000\n\n");
    var last = after;
    var written = System.nanoTime();
    while (!closing.hasBegun()) {
      var since = jobs.changeCount();
      // Before its events: those of a job that has ended are all there then.
      var job = jobs.find(id);
      var events = jobs.events(id, last, BATCH);
      if (!events.isEmpty()) {
        write(output, events, shape);
        last = events.getLast().seq();
        written = System.nanoTime();
      } else if (job.isEmpty() || job.get().status().isFinal()) {
        if (job.isPresent()) {
          end(output, shape.job(job.get()));
        }
        return;
      } else {
        if (System.nanoTime() - written > HEARTBEAT.toNanos()) {
          write(output, ": heartbeat\n\n");
          written = System.nanoTime();
        }
        jobs.awaitChange(since, SLICE);
      }
    }
  }

  private void write(OutputStream output, List<JobEvent> events, Shape shape) throws IOException {
    var text = new StringBuilder();
    for (var event : events) {
      text.append("id: %s\nevent: %s\ndata: ".formatted(shape.id(event), shape.type(event)))
          .append(json.writeValueAsString(shape.event(event)))
          .append("\n\n");
    }
    write(output, text.toString());
  }

  private void end(OutputStream output, Object job) throws IOException {
    write(output, "event: done\ndata: %s\n\n".formatted(json.writeValueAsString(job)));
  }

  private static void write(OutputStream output, String text) throws IOException {
    output.write(text.getBytes(StandardCharsets.UTF_8));
    output.flush();
  }
}
