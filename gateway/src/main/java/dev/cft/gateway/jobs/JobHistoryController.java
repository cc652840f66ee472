package dev.cft.gateway.jobs;

import dev.cft.service.errors.ApiException;
import dev.cft.service.history.EventStream;
import dev.cft.service.history.MetricSeries;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.Page;
import dev.cft.store.jobs.JobEvent;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.Jobs;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/jobs/{id}/events` and `/metrics`: what happened to a job.
@RestController
@RequestMapping("/v1/jobs/{id}")
@Tag(name = "Jobs")
class JobHistoryController {
  private final Jobs jobs;
  private final JobViews views;
  private final EventStream stream;
  private final EventStream.Shape shape;

  JobHistoryController(Jobs jobs, JobViews views, EventStream stream) {
    this.jobs = jobs;
    this.views = views;
    this.stream = stream;
    this.shape = new JobEventShape(views);
  }

  @GetMapping(path = "/events", produces = MediaType.APPLICATION_JSON_VALUE)
  @Operation(summary = "A page of events, newest first")
  ListResponse<JobEventView> events(@PathVariable String id, PageRequest page) {
    var job = views.job(id).id();
    var after = page.after() == null ? 0 : seq("after", page.after());
    var found =
        page.newestFirst()
            ? jobs.latestEvents(job, after, page.limit())
            : oldestFirst(job, after, page.limit());
    return ListResponse.of(found, JobEventView::of, JobEventView::id);
  }

  private Page<JobEvent> oldestFirst(JobId job, long after, int limit) {
    var events = jobs.events(job, after, limit + 1);
    var more = events.size() > limit;
    return new Page<>(more ? events.subList(0, limit) : events, more);
  }

  @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  @Operation(
      summary = "Events as they happen, oldest first",
      description =
          "Server-sent events: `id` is the event's, `event` its type, `data` the event. `Last-Event-ID`"
              + " continues where a stream broke off. After the last event of a finished job comes `event:"
              + " done` with the job, and the stream ends.")
  void stream(
      @PathVariable String id,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String last,
      HttpServletResponse response)
      throws IOException, InterruptedException {
    var job = views.job(id).id();
    var after = last == null || last.isEmpty() ? 0 : seq("Last-Event-ID", last);
    stream.send(job, after, shape, response);
  }

  private static long seq(String name, String text) {
    try {
      var seq = Long.parseLong(text);
      if (seq >= 0) {
        return seq;
      }
    } catch (NumberFormatException e) {
      // The same answer as for a negative number.
    }
    throw ApiException.badRequest(
        "invalid_value",
        "'%s' must be the id of an event (a number), was '%s'.".formatted(name, text),
        name);
  }

  @GetMapping("/metrics")
  @Operation(summary = "Metric series, such as the loss by step; all of them unless named")
  ListResponse<MetricSeries> metrics(
      @PathVariable String id, @RequestParam(required = false) @Nullable List<String> name) {
    return MetricSeries.of(jobs, views.job(id).id(), name);
  }
}
