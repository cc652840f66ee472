package dev.cft.trainer.finetuning;

import dev.cft.service.errors.ApiException;
import dev.cft.service.history.EventStream;
import dev.cft.service.history.MetricSeries;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobEvent;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.Jobs;
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

/// What happened to a fine-tuning job: its events, by page or as they happen, and its metrics.
@RestController
@RequestMapping("/v1/fine_tuning/jobs/{id}")
class FineTuningHistoryController {
  private final Jobs jobs;
  private final EventStream stream;
  private final EventStream.Shape shape;

  FineTuningHistoryController(Jobs jobs, EventStream stream, FineTuningJobViews views) {
    this.jobs = jobs;
    this.stream = stream;
    this.shape = new Shape(views);
  }

  @GetMapping(path = "/events", produces = MediaType.APPLICATION_JSON_VALUE)
  ListResponse<FineTuningEvent> events(@PathVariable String id, PageRequest page) {
    long before = page.after() == null ? 0 : FineTuningEvent.seq(page.after(), "after");
    return ListResponse.of(
        jobs.latestEvents(find(id), before, page.limit()),
        FineTuningEvent::of,
        FineTuningEvent::id);
  }

  /// Server-sent events, oldest first, for clients that ask for them by `Accept`; ours.
  @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  void stream(
      @PathVariable String id,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String last,
      HttpServletResponse response)
      throws IOException, InterruptedException {
    JobId job = find(id);
    long after = last == null || last.isEmpty() ? 0 : FineTuningEvent.seq(last, "Last-Event-ID");
    stream.send(job, after, shape, response);
  }

  /// The same, for clients that cannot set a header.
  @GetMapping(path = "/events", params = "stream=true")
  void streamAskedFor(
      @PathVariable String id,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String last,
      HttpServletResponse response)
      throws IOException, InterruptedException {
    stream(id, last, response);
  }

  /// Metric series by step; all of them unless named; ours.
  @GetMapping("/metrics")
  ListResponse<MetricSeries> metrics(
      @PathVariable String id, @RequestParam(required = false) @Nullable List<String> name) {
    return MetricSeries.of(jobs, find(id), name);
  }

  private JobId find(String id) {
    return jobs.find(new JobId(id))
        .filter(job -> job.kind() == JobKind.FINE_TUNING)
        .map(Job::id)
        .orElseThrow(() -> ApiException.notFound("fine tuning job", id));
  }

  /// Events and jobs as a stream has them.
  private record Shape(FineTuningJobViews views) implements EventStream.Shape {
    @Override
    public String id(JobEvent event) {
      return FineTuningEvent.id(event);
    }

    @Override
    public String type(JobEvent event) {
      return FineTuningEvent.type(event);
    }

    @Override
    public FineTuningEvent event(JobEvent event) {
      return FineTuningEvent.of(event);
    }

    @Override
    public FineTuningJob job(Job job) {
      return views.of(job);
    }
  }
}
