package dev.cft.eval.experiments;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.eval.experiments.Experiments.Experiment;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Progress;
import dev.cft.store.specs.ExperimentSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An experiment as clients see it.
///
/// @param remainingSeconds an estimate from finished parts of the same kind; null while there are
///   none
@JsonInclude(JsonInclude.Include.ALWAYS)
record ExperimentJson(
    String id,
    String object,
    String name,
    String status,
    long createdAt,
    @Nullable Long finishedAt,
    @Nullable JobError error,
    Overall progress,
    @Nullable Long remainingSeconds,
    Map<String, String> metadata,
    ExperimentSpec spec,
    String reportUrl,
    List<Part> jobs) {

  /// Finished parts among all; `percent` also counts the running ones' share.
  record Overall(long done, long total, String unit, double percent) {}

  /// One job of the experiment.
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Part(
      String id,
      String kind,
      @Nullable String arm,
      @Nullable Long seed,
      @Nullable String eval,
      String status,
      String stage,
      Progress progress,
      List<String> needs,
      @Nullable Long remainingSeconds,
      @Nullable Long startedAt,
      @Nullable Long finishedAt,
      @Nullable JobError error) {}

  static ExperimentJson of(Experiment experiment, Function<Job, Optional<Duration>> remaining) {
    var job = experiment.job();
    var metadata = new TreeMap<>(job.metadata());
    metadata.remove(Tags.EXPERIMENT);
    return new ExperimentJson(
        job.id().value(),
        "experiment",
        experiment.spec().name(),
        experiment.status(),
        job.createdAt().getEpochSecond(),
        seconds(Times.finishedAt(job)),
        error(job),
        overall(experiment.parts()),
        new Forecast(experiment.parts(), remaining).seconds().orElse(null),
        metadata,
        experiment.spec(),
        "/v1/experiments/%s/report".formatted(job.id()),
        experiment.parts().stream().map(part -> part(part, remaining)).toList());
  }

  private static Overall overall(List<Job> parts) {
    var done = parts.stream().filter(part -> part.status().isFinal()).count();
    var share = parts.stream().mapToDouble(ExperimentJson::share).sum() / Math.max(1, parts.size());
    return new Overall(done, parts.size(), "jobs", Math.round(share * 1000) / 10.0);
  }

  private static double share(Job part) {
    if (part.status().isFinal()) {
      return 1;
    }
    var progress = part.progress();
    return progress.total() == 0 ? 0 : Math.min(1, (double) progress.done() / progress.total());
  }

  private static Part part(Job part, Function<Job, Optional<Duration>> remaining) {
    var seed = part.metadata().get(Tags.SEED);
    var eval = part.kind() == JobKind.EVALUATION ? part.spec().path("eval_id").asString("") : null;
    return new Part(
        part.id().value(),
        part.kind().wireName(),
        part.metadata().get(Tags.ARM),
        seed == null ? null : Long.valueOf(seed),
        eval,
        part.status().wireName(),
        part.stage(),
        part.progress(),
        part.needs().stream().map(JobId::value).toList(),
        part.status() == JobStatus.RUNNING
            ? remaining.apply(part).map(Duration::toSeconds).orElse(null)
            : null,
        seconds(part.startedAt()),
        seconds(Times.finishedAt(part)),
        error(part));
  }

  private static @Nullable Long seconds(@Nullable Instant instant) {
    return instant == null ? null : instant.getEpochSecond();
  }

  static @Nullable JobError error(Job job) {
    return job.state() instanceof JobState.Failed(_, var error) ? error : null;
  }
}
