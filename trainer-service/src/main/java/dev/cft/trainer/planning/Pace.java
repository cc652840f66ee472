package dev.cft.trainer.planning;

import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobQuery;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Jobs;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/// How long a run will take, by how fast earlier ones of the same model were.
@Component
public final class Pace {
  /// Our choice: far enough back to find one, and quick to look through.
  private static final int LOOKED_AT = 50;

  private final Jobs jobs;

  Pace(Jobs jobs) {
    this.jobs = jobs;
  }

  /// Empty where no run of the model is known.
  public Optional<Duration> of(String model, long tokens) {
    var query =
        new JobQuery(
            Set.of(JobKind.FINE_TUNING),
            Set.of(JobStatus.SUCCEEDED),
            Map.of(),
            null,
            LOOKED_AT,
            true);
    return jobs.list(query).data().stream()
        .filter(job -> job.spec().path("model").asString("").equals(model))
        .findFirst()
        .map(this::tokensPerSecond)
        .filter(rate -> rate > 0)
        .map(rate -> Duration.ofSeconds(Math.round(tokens / rate)));
  }

  private double tokensPerSecond(Job job) {
    return jobs.metric(job.id(), "tokens_per_second").values().stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(0);
  }
}
