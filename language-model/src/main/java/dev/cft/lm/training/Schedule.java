package dev.cft.lm.training;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// The learning rate of every step, as transformers computes it (`optimization.py`).
record Schedule(Shape shape, double peak, int warmup, int total) {
  /// How the rate falls after the warm-up.
  enum Shape {
    COSINE,
    LINEAR,
    CONSTANT,
    CONSTANT_WITH_WARMUP;

    static Set<String> names() {
      return Arrays.stream(values())
          .map(shape -> shape.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.toSet());
    }

    static Shape of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }

  static Schedule of(TrainingSpec.Descent spec, int total) {
    int warmup = spec.warmupSteps().orElse((int) Math.ceil(spec.warmupRatio() * total));
    return new Schedule(spec.schedule(), spec.learningRate(), warmup, total);
  }

  /// The rate of step `step`, counted from 0.
  double rate(int step) {
    if (step < warmup && shape != Shape.CONSTANT) {
      return peak * step / Math.max(1, warmup);
    }
    double progress = (double) (step - warmup) / Math.max(1, total - warmup);
    return switch (shape) {
      case COSINE -> peak * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
      case LINEAR -> peak * Math.max(0, 1 - progress);
      case CONSTANT, CONSTANT_WITH_WARMUP -> peak;
    };
  }
}
