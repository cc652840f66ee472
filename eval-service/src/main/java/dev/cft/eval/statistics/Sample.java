package dev.cft.eval.statistics;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Repeated measurements of one quantity, for instance an accuracy by seed.
///
/// @param values one or more
public record Sample(List<Double> values) {
  public Sample {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a sample needs a value");
    }
  }

  /// The arithmetic mean.
  public double mean() {
    return values.stream().mapToDouble(Double::doubleValue).sum() / values.size();
  }

  /// Standard error of the mean: sample standard deviation (n − 1) over √n; empty for one value.
  public OptionalDouble standardError() {
    var n = values.size();
    if (n < 2) {
      return OptionalDouble.empty();
    }
    var mean = mean();
    var squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return OptionalDouble.of(Math.sqrt(squares / (n - 1) / n));
  }

  /// Student's interval of the mean with n − 1 degrees of freedom; empty for one value.
  public Optional<Interval> interval() {
    var error = standardError();
    if (error.isEmpty()) {
      return Optional.empty();
    }
    var half = StudentT.quantile975(values.size() - 1) * error.getAsDouble();
    return Optional.of(new Interval(mean() - half, mean() + half));
  }
}
