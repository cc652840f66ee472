package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.TeacherChoice.Chosen;
import dev.cft.critiques.jobs.Input;
import dev.cft.critiques.teachers.Question;
import dev.cft.critiques.teachers.TeacherSettings;
import dev.cft.critiques.teachers.TeacherUsages.Totals;
import dev.cft.critiques.teachers.Usage;
import org.jspecify.annotations.Nullable;

/// What a critique job would use, before it starts.
///
/// @param rows those that can be critiqued
/// @param mostUsd if every critique were as long as allowed
/// @param seconds by the teacher's limits alone; null where it has none
/// @param basis where the length of a critique comes from
record Estimate(
    String object,
    long rows,
    long rowsWithoutResponse,
    long promptTokens,
    long completionTokens,
    double costUsd,
    double mostUsd,
    @Nullable Long seconds,
    String basis) {
  /// Tokens of a critique where the teacher has not been asked yet: the released 50K set's 4.5 kB a
  /// row, less question and solution, at 4 characters a token (our reading of `cft-paper.md`).
  private static final long USUAL_COMPLETION_TOKENS = 600;

  static Estimate of(Input input, @Nullable Integer limit, Chosen chosen, Totals soFar) {
    var settings = chosen.teacher().settings();
    var rows = input.rows();
    long good = 0;
    long bad = 0;
    long promptTokens = 0;
    long most = limit == null ? input.total() : Math.min(limit, input.total());
    while (rows.hasNext() && good + bad < most) {
      var row = rows.next();
      if (CritiquedRow.objection(row) != null) {
        bad++;
        continue;
      }
      good++;
      promptTokens +=
          new Question(
                  String.valueOf(row.question()),
                  String.valueOf(row.response()),
                  row.answer(),
                  chosen.prompt(),
                  "")
              .promptTokens();
    }
    var isFree = settings.type() == TeacherSettings.Type.ARITHMETIC;
    var mean = soFar.meanCompletionTokens();
    var each = isFree ? 0 : Math.min(settings.maxTokens(), mean.orElse(USUAL_COMPLETION_TOKENS));
    var usage = new Usage(isFree ? 0 : promptTokens, good * each);
    return new Estimate(
        "critique.estimate",
        good,
        bad,
        usage.promptTokens(),
        usage.completionTokens(),
        settingsCost(chosen, usage),
        settingsCost(chosen, new Usage(usage.promptTokens(), good * settings.maxTokens())),
        seconds(settings, good, usage.totalTokens()),
        mean.isPresent() ? "this teacher's average so far" : "a usual critique");
  }

  private static double settingsCost(Chosen chosen, Usage usage) {
    return chosen.teacher().prices().costUsd(usage);
  }

  private static @Nullable Long seconds(TeacherSettings settings, long rows, long tokens) {
    var byRequests =
        settings.requestsPerMinute() == 0 ? 0 : rows * 60.0 / settings.requestsPerMinute();
    var byTokens = settings.tokensPerMinute() == 0 ? 0 : tokens * 60.0 / settings.tokensPerMinute();
    var seconds = Math.round(Math.max(byRequests, byTokens));
    return seconds == 0 ? null : seconds;
  }
}
