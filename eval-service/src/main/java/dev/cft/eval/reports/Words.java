package dev.cft.eval.reports;

import dev.cft.store.specs.FineTuningSpec.Method;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How figures are written for people.
final class Words {
  static final String NONE = "-";

  private Words() {}

  /// What an arm imitates.
  static String trainedOn(@Nullable Method method) {
    if (method == null) {
      return "untrained";
    }
    var what =
        method.type().equals("critique")
            ? "critiques"
            : "answer".equals(method.target()) ? "gold answers" : "responses";
    return "verified".equals(method.rows()) ? "verified " + what : what;
  }

  /// A share as a percentage with one decimal.
  static String percent(@Nullable Double share) {
    return share == null ? NONE : String.format(Locale.ROOT, "%.1f", share * 100);
  }

  /// A difference of shares in points, signed.
  static String points(@Nullable Double difference) {
    return difference == null ? NONE : String.format(Locale.ROOT, "%+.1f", difference * 100);
  }

  /// `[52.1, 56.5]`, or nothing.
  static String interval(@Nullable Double low, @Nullable Double high) {
    return low == null || high == null
        ? ""
        : String.format(Locale.ROOT, "[%.1f, %.1f]", low * 100, high * 100);
  }

  /// `±0.5`, or nothing.
  static String error(@Nullable Double standardError) {
    return standardError == null ? "" : String.format(Locale.ROOT, " ±%.1f", standardError * 100);
  }

  /// A count as written, `131k`, `2.1M`.
  static String tokens(@Nullable Double count) {
    if (count == null) {
      return NONE;
    }
    if (count >= 1e6) {
      return String.format(Locale.ROOT, "%.1fM", count / 1e6);
    }
    return count >= 10_000
        ? String.format(Locale.ROOT, "%.0fk", count / 1e3)
        : String.format(Locale.ROOT, "%.0f", count);
  }

  static String whole(@Nullable Long count) {
    return count == null ? NONE : count.toString();
  }

  /// `1 h 2 min`, `3 min 4 s` or `5.6 s`.
  static String time(@Nullable Double seconds) {
    if (seconds == null) {
      return NONE;
    }
    var time = Duration.ofMillis(Math.round(seconds * 1000));
    if (time.toHours() > 0) {
      return "%d h %d min".formatted(time.toHours(), time.toMinutesPart());
    }
    return time.toMinutes() > 0
        ? "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart())
        : String.format(Locale.ROOT, "%.1f s", seconds);
  }
}
