package dev.cft.store.jobs;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/// `cft.jobs.claim` (time of claims, by kind), `cft.jobs.claimed` (jobs) and `cft.jobs.attempt`
/// (time of attempts, by kind and end).
record WorkerMeters(MeterRegistry registry) implements WorkerWatch {
  @Override
  public void claimed(JobKind kind, int jobs, Duration took) {
    registry.timer("cft.jobs.claim", "kind", kind.wireName()).record(took);
    registry.counter("cft.jobs.claimed", "kind", kind.wireName()).increment(jobs);
  }

  @Override
  public void ended(JobKind kind, String end, Duration took) {
    registry.timer("cft.jobs.attempt", "kind", kind.wireName(), "end", end).record(took);
  }
}
