package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.TeacherChoice.Chosen;
import dev.cft.critiques.teachers.ConfiguredTeacher;
import dev.cft.critiques.teachers.TeacherSettings;
import dev.cft.critiques.teachers.TeacherUsages.Totals;
import dev.cft.critiques.teachers.Usage;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a critique job would use, before it starts.
///
/// @param rows those that can be critiqued
/// @param critiques that they get, by all teachers
/// @param reused of these, already stored
/// @param mostUsd if every critique were as long as allowed
/// @param seconds by the limits and, where calls were made before, by their time; null where
///   nothing is known
/// @param teachers each one's part
record Estimate(
    String object,
    long rows,
    long rowsWithoutResponse,
    long critiques,
    long reused,
    long promptTokens,
    long completionTokens,
    double costUsd,
    double mostUsd,
    @Nullable Long seconds,
    List<Part> teachers) {
  Estimate {
    teachers = List.copyOf(teachers);
  }

  /// One teacher's part.
  ///
  /// @param basis where the length of a critique comes from
  record Part(
      String teacher,
      long calls,
      long promptTokens,
      long completionTokens,
      double costUsd,
      double mostUsd,
      @Nullable Long seconds,
      String basis) {
    /// @param promptTokens of all calls
    /// @param priceFactor part of the prices that is paid
    static Part of(Chosen chosen, long calls, long promptTokens, double priceFactor, Totals soFar) {
      var settings = chosen.teacher().settings();
      if (settings.type() == TeacherSettings.Type.ARITHMETIC) {
        return new Part(chosen.teacher().name(), calls, 0, 0, 0, 0, null, "the built-in checker");
      }
      var mean = soFar.meanCompletionTokens();
      var each =
          Math.min(settings.maxTokens(), mean.orElse(ConfiguredTeacher.USUAL_COMPLETION_TOKENS));
      var usage = new Usage(promptTokens, calls * each);
      var prices = chosen.teacher().prices();
      return new Part(
          chosen.teacher().name(),
          calls,
          usage.promptTokens(),
          usage.completionTokens(),
          prices.costUsd(usage) * priceFactor,
          prices.costUsd(new Usage(promptTokens, calls * settings.maxTokens())) * priceFactor,
          seconds(settings, calls, usage, soFar),
          mean.isPresent() ? "this teacher's average so far" : "a usual critique");
    }

    private static @Nullable Long seconds(
        TeacherSettings settings, long calls, Usage usage, Totals soFar) {
      var longest = minutes(calls, settings.requestsPerMinute());
      longest = Math.max(longest, minutes(usage.totalTokens(), settings.tokensPerMinute()));
      longest = Math.max(longest, minutes(usage.promptTokens(), settings.inputTokensPerMinute()));
      longest =
          Math.max(longest, minutes(usage.completionTokens(), settings.outputTokensPerMinute()));
      var byCalls = soFar.meanCallMillis().orElse(0) / 1000.0 * calls / settings.concurrency();
      var seconds = Math.max(longest * 60, byCalls);
      return seconds == 0 ? null : (long) Math.ceil(seconds);
    }

    private static double minutes(long amount, long perMinute) {
      return perMinute == 0 ? 0 : amount / (double) perMinute;
    }
  }

  /// Adds the parts up; teachers work side by side.
  static Estimate of(long rows, long rowsWithoutResponse, long reused, List<Part> parts) {
    return new Estimate(
        "critique.estimate",
        rows,
        rowsWithoutResponse,
        parts.stream().mapToLong(Part::calls).sum() + reused,
        reused,
        parts.stream().mapToLong(Part::promptTokens).sum(),
        parts.stream().mapToLong(Part::completionTokens).sum(),
        parts.stream().mapToDouble(Part::costUsd).sum(),
        parts.stream().mapToDouble(Part::mostUsd).sum(),
        parts.stream().map(Part::seconds).filter(Objects::nonNull).max(Long::compare).orElse(null),
        parts);
  }
}
