package dev.cft.service.history;

import dev.cft.service.errors.ApiException;
import dev.cft.service.paging.ListResponse;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.Jobs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// A metric series as clients see it: two lists of the same length.
///
/// @param values null where the value is no number (a loss that overflowed)
public record MetricSeries(
    String object, String name, List<Long> steps, List<@Nullable Double> values) {
  public MetricSeries {
    steps = List.copyOf(steps);
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  /// A job's series.
  ///
  /// @param wanted their names; null for all
  /// @throws ApiException 400 naming a series that the job does not have
  public static ListResponse<MetricSeries> of(Jobs jobs, JobId job, @Nullable List<String> wanted) {
    var names = jobs.metricNames(job);
    for (var each : wanted == null ? List.<String>of() : wanted) {
      if (!names.contains(each)) {
        throw ApiException.badRequest(
            "unknown_metric",
            "The job has no metric '%s'; it has: %s.".formatted(each, String.join(", ", names)),
            "name");
      }
    }
    return ListResponse.whole(
        (wanted == null ? names : wanted)
            .stream().map(each -> of(each, jobs.metric(job, each))).toList(),
        MetricSeries::name);
  }

  private static MetricSeries of(String name, SortedMap<Long, Double> series) {
    var values = new ArrayList<@Nullable Double>();
    for (var value : series.values()) {
      values.add(Double.isFinite(value) ? value : null);
    }
    return new MetricSeries("job.metric", name, List.copyOf(series.keySet()), values);
  }
}
