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
import dev.cft.store.models.Models;
import dev.cft.trainer.selection.CheckpointWatch;
import dev.cft.trainer.training.Previews;
import dev.cft.trainer.trainingsets.PreviewedRow;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Fine-tuning jobs over HTTP.
@RestController
@RequestMapping("/v1/fine_tuning/jobs")
class FineTuningController {
  private static final Pattern METADATA = Pattern.compile("metadata\\[(.{1,64})]");

  private final Jobs jobs;
  private final Models models;
  private final Chains chains;
  private final FineTuningJobViews views;
  private final Previews previews;
  private final RequestPlans plans;
  private final Continuation continuation;
  private final RowLossReport rowLosses;

  FineTuningController(Jobs jobs, Models models, FineTuningJobViews views, Parts parts) {
    this.chains = parts.chains();
    this.previews = parts.previews();
    this.plans = parts.plans();
    this.continuation = parts.continuation();
    this.rowLosses = parts.rowLosses();
    this.jobs = jobs;
    this.models = models;
    this.views = views;
  }

  /// Answers the job, the last one of several stages; with `dry_run`, in the body or the query, the
  /// plan of it.
  @PostMapping
  Object create(
      @RequestBody FineTuningRequest request,
      @RequestParam(name = "dry_run", defaultValue = "false") boolean dryRun,
      Caller caller)
      throws IOException {
    return dryRun || Boolean.TRUE.equals(request.dryRun())
        ? plans.of(request)
        : views.of(jobs.submit(chains.of(request, caller)).getLast());
  }

  /// What answers requests besides the store.
  @Component
  record Parts(
      Chains chains,
      Previews previews,
      RequestPlans plans,
      Continuation continuation,
      RowLossReport rowLosses) {}

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
    SortedMap<Long, Double> accuracies = jobs.metric(new JobId(job), CheckpointWatch.ACCURACY);
    List<FineTuningCheckpoint> all =
        models.checkpointsOf(job).reversed().stream()
            .map(model -> FineTuningCheckpoint.of(job, model, accuracies))
            .toList();
    int from = page.after() == null ? 0 : indexAfter(all, page.after());
    int to = Math.min(all.size(), from + page.limit());
    return ListResponse.of(all.subList(from, to), to < all.size(), FineTuningCheckpoint::id);
  }

  /// A new job that trains a finished one further; ours.
  @PostMapping("/{id}/continue")
  FineTuningJob continueRun(
      @PathVariable String id, @RequestBody Continuation.Request request, Caller caller) {
    return views.of(jobs.submit(continuation.of(find(id), request, caller)));
  }

  /// The rows of the training set with the highest losses; ours.
  @GetMapping("/{id}/row_losses")
  ListResponse<RowLoss> rowLosses(
      @PathVariable String id, @PageRequest.Limits(usual = 20, most = 1000) PageRequest page)
      throws IOException {
    List<RowLoss> rows =
        rowLosses
            .highest(page.limit(), find(id).id())
            .orElseThrow(() ->
                ApiException.badRequest(
                    "not_ready",
                    "The losses of single rows are told when training has ended; %s has none."
                        .formatted(id),
                    null));
    return ListResponse.whole(rows, row -> Long.toString(row.row()));
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
