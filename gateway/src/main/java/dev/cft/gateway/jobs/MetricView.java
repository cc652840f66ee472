package dev.cft.gateway.jobs;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// A metric series as clients see it: two lists of the same length.
///
/// @param values null where the value is no number (a loss that overflowed)
record MetricView(String object, String name, List<Long> steps, List<@Nullable Double> values) {
  MetricView {
    steps = List.copyOf(steps);
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  static MetricView of(String name, SortedMap<Long, Double> series) {
    var values = new ArrayList<@Nullable Double>();
    for (var value : series.values()) {
      values.add(Double.isFinite(value) ? value : null);
    }
    return new MetricView("job.metric", name, List.copyOf(series.keySet()), values);
  }
}
