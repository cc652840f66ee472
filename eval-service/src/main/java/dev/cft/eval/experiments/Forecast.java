package dev.cft.eval.experiments;

import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobStatus;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/// How long an experiment will still take, as if its parts ran one after the other: each unfinished
/// part as long as the finished ones of its kind took on average.
record Forecast(List<Job> parts, Function<Job, Optional<Duration>> remaining) {

  /// Empty while some unfinished part has no finished one of its kind, and nothing else to go by.
  Optional<Long> seconds() {
    var averages = averages();
    var total = 0.0;
    for (var part : parts) {
      if (part.status().isFinal()) {
        continue;
      }
      var left = left(part, averages);
      if (left.isEmpty()) {
        return Optional.empty();
      }
      total += left.getAsDouble();
    }
    return Optional.of(Math.round(total));
  }

  private OptionalDouble left(Job part, Map<JobKind, Double> averages) {
    if (part.status() == JobStatus.RUNNING) {
      var own = remaining.apply(part);
      if (own.isPresent()) {
        return OptionalDouble.of(own.get().toMillis() / 1000.0);
      }
    }
    var average = averages.get(part.kind());
    return average == null ? OptionalDouble.empty() : OptionalDouble.of(average);
  }

  private Map<JobKind, Double> averages() {
    var averages = new EnumMap<JobKind, Double>(JobKind.class);
    for (var kind : JobKind.values()) {
      parts.stream()
          .filter(part -> part.kind() == kind && part.status() == JobStatus.SUCCEEDED)
          .flatMap(part -> Times.wallTime(part).stream())
          .mapToDouble(time -> time.toMillis() / 1000.0)
          .average()
          .ifPresent(average -> averages.put(kind, average));
    }
    return averages;
  }
}
