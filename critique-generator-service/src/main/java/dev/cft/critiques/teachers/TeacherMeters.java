package dev.cft.critiques.teachers;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;

/// `cft.teacher.call` (time of calls, by outcome), `cft.teacher.tokens` (by direction) and
/// `cft.teacher.spend.usd`.
record TeacherMeters(MeterRegistry registry) {
  void called(String teacher, String outcome, Duration took) {
    registry.timer("cft.teacher.call", "teacher", teacher, "outcome", outcome).record(took);
  }

  void paid(String teacher, Usage usage, double usd) {
    tokens(teacher, "input", usage.promptTokens());
    tokens(teacher, "output", usage.completionTokens());
    registry.counter("cft.teacher.spend.usd", "teacher", teacher).increment(usd);
  }

  private void tokens(String teacher, String direction, long tokens) {
    registry
        .counter("cft.teacher.tokens", "teacher", teacher, "direction", direction)
        .increment((double) tokens);
  }
}
