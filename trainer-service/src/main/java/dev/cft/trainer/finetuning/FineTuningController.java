package dev.cft.trainer.finetuning;

import dev.cft.service.errors.ApiException;
import dev.cft.service.keys.Caller;
import dev.cft.service.paging.ListResponse;
import dev.cft.service.paging.PageRequest;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobQuery;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.models.Models;
import dev.cft.trainer.training.Previews;
import dev.cft.trainer.trainingsets.PreviewedRow;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Fine-tuning jobs over HTTP.
@RestController
@RequestMapping("/v1/fine_tuning/jobs")
class FineTuningController {
  private static final Pattern METADATA = Pattern.compile("metadata\\[(.{1,64})]");

  private final Jobs jobs;
  private final Models models;
  private final RequestCheck check;
  private final FineTuningJobViews views;
  private final Previews previews;

  FineTuningController(
      Jobs jobs, Models models, RequestCheck check, FineTuningJobViews views, Previews previews) {
    this.jobs = jobs;
    this.models = models;
    this.check = check;
    this.views = views;
    this.previews = previews;
  }

  @PostMapping
  FineTuningJob create(@RequestBody FineTuningRequest request, Caller caller) {
    RequestCheck.Checked checked = check.check(request);
    NewJob job =
        NewJob.of(JobKind.FINE_TUNING, checked.spec())
            .needing(checked.needed().jobs())
            .with(checked.metadata())
            .prioritised(checked.priority())
            .by(caller.id())
            .validatedFirst();
    return views.of(jobs.submit(job));
  }

  @GetMapping
  ListResponse<FineTuningJob> list(PageRequest page, HttpServletRequest request) {
    JobId after = page.after() == null ? null : known(page.after());
    var query =
        new JobQuery(
            Set.of(JobKind.FINE_TUNING),
            Set.of(),
            metadataFilter(request),
            after,
            page.limit(),
            page.newestFirst());
    return ListResponse.of(jobs.list(query), views::of, FineTuningJob::id);
  }

  @GetMapping("/{id}")
  FineTuningJob get(@PathVariable String id) {
    return views.of(find(id));
  }

  @PostMapping("/{id}/cancel")
  FineTuningJob cancel(@PathVariable String id) {
    return views.of(jobs.cancel(find(id).id()));
  }

  @PostMapping("/{id}/pause")
  FineTuningJob pause(@PathVariable String id) {
    return views.of(jobs.pause(find(id).id()));
  }

  @PostMapping("/{id}/resume")
  FineTuningJob resume(@PathVariable String id) {
    return views.of(jobs.resume(find(id).id()));
  }

  /// Newest first; 10 where the client names no limit, as in OpenAI's API.
  @GetMapping("/{id}/checkpoints")
  ListResponse<FineTuningCheckpoint> checkpoints(
      @PathVariable String id, @PageRequest.Limits(usual = 10) PageRequest page) {
    String job = find(id).id().value();
    List<FineTuningCheckpoint> all =
        models.checkpointsOf(job).reversed().stream()
            .map(model -> FineTuningCheckpoint.of(job, model))
            .toList();
    int from = page.after() == null ? 0 : indexAfter(all, page.after());
    int to = Math.min(all.size(), from + page.limit());
    return ListResponse.of(all.subList(from, to), to < all.size(), FineTuningCheckpoint::id);
  }

  /// The first rows of the training set as the model sees them; ours.
  @GetMapping("/{id}/preview")
  ListResponse<PreviewedRow> preview(
      @PathVariable String id, @PageRequest.Limits(usual = 3, most = 100) PageRequest page)
      throws IOException {
    Job job = find(id);
    List<PreviewedRow> rows =
        previews
            .first(page.limit(), job)
            .orElseThrow(() ->
                ApiException.badRequest(
                    "not_ready",
                    "The training set of %s is not built yet; it is %s."
                        .formatted(id, job.status().wireName()),
                    null));
    return ListResponse.whole(rows, row -> Long.toString(row.row()));
  }

  private static int indexAfter(List<FineTuningCheckpoint> all, String after) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).id().equals(after)) {
        return i + 1;
      }
    }
    throw ApiException.badRequest(
        "invalid_value",
        "after was '%s'; it names no checkpoint of this job".formatted(after),
        "after");
  }

  private JobId known(String after) {
    return jobs.find(new JobId(after))
        .map(Job::id)
        .orElseThrow(() ->
            ApiException.badRequest(
                "invalid_value", "after was '%s'; it names no job".formatted(after), "after"));
  }

  private Job find(String id) {
    return jobs.find(new JobId(id))
        .filter(job -> job.kind() == JobKind.FINE_TUNING)
        .orElseThrow(() -> ApiException.notFound("fine tuning job", id));
  }

  /// `metadata[k]=v` pairs of the query.
  private static Map<String, String> metadataFilter(HttpServletRequest request) {
    var pairs = new HashMap<String, String>();
    request
        .getParameterMap()
        .forEach((name, values) -> {
          Matcher pair = METADATA.matcher(name);
          if (pair.matches()) {
            pairs.put(pair.group(1), values[0]);
          }
        });
    return pairs;
  }
}
