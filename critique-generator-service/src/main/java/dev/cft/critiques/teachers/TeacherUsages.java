package dev.cft.critiques.teachers;

import dev.cft.store.Columns;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What each teacher has been used for so far, by all replicas together.
public final class TeacherUsages {
  private static final String ADD =
      """
      insert into teacher_usage as u
        (teacher, calls, prompt_tokens, completion_tokens, cost_usd, call_ms, updated_at)
      values (:teacher, :calls, :prompt, :completion, :cost, :ms, :at)
      on conflict (teacher) do update set
        calls = u.calls + excluded.calls,
        prompt_tokens = u.prompt_tokens + excluded.prompt_tokens,
        completion_tokens = u.completion_tokens + excluded.completion_tokens,
        cost_usd = u.cost_usd + excluded.cost_usd,
        call_ms = u.call_ms + excluded.call_ms,
        updated_at = excluded.updated_at
      """;

  private static final String FIND = "select * from teacher_usage where teacher = :teacher";

  private final JdbcClient jdbc;
  private final InstantSource clock;

  public TeacherUsages(JdbcClient jdbc, InstantSource clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /// A teacher's totals.
  ///
  /// @param updatedAt null where it was never asked
  public record Totals(
      long calls,
      long promptTokens,
      long completionTokens,
      double costUsd,
      long callMillis,
      @Nullable Instant updatedAt) {
    public static final Totals NONE = new Totals(0, 0, 0, 0, 0, null);

    /// One call.
    public static Totals ofCall(ConfiguredTeacher.Judged judged) {
      var usage = judged.reply().usage();
      return new Totals(
          1,
          usage.promptTokens(),
          usage.completionTokens(),
          judged.costUsd(),
          judged.latency().toMillis(),
          null);
    }

    /// One call for a response.
    public static Totals ofCall(ConfiguredTeacher.Responded responded) {
      var usage = responded.reply().usage();
      return new Totals(
          1,
          usage.promptTokens(),
          usage.completionTokens(),
          responded.costUsd(),
          responded.latency().toMillis(),
          null);
    }

    public Totals plus(Totals more) {
      return new Totals(
          calls + more.calls,
          promptTokens + more.promptTokens,
          completionTokens + more.completionTokens,
          costUsd + more.costUsd,
          callMillis + more.callMillis,
          null);
    }

    /// Milliseconds of a call on average; empty before there are enough calls to tell.
    public OptionalLong meanCallMillis() {
      return calls < 20 ? OptionalLong.empty() : OptionalLong.of(callMillis / calls);
    }

    /// Completion tokens of a call on average; empty before there are enough calls to tell.
    public OptionalLong meanCompletionTokens() {
      return calls < 20 ? OptionalLong.empty() : OptionalLong.of(completionTokens / calls);
    }
  }

  /// Adds calls that were answered.
  public void add(String teacher, Totals more) {
    if (more.calls() > 0) {
      jdbc.sql(ADD)
          .param("teacher", teacher)
          .param("calls", more.calls())
          .param("prompt", more.promptTokens())
          .param("completion", more.completionTokens())
          .param("cost", more.costUsd())
          .param("ms", more.callMillis())
          .param("at", Columns.at(clock.instant()))
          .update();
    }
  }

  public Totals of(String teacher) {
    return jdbc.sql(FIND)
        .param("teacher", teacher)
        .query((row, _) ->
            new Totals(
                row.getLong("calls"),
                row.getLong("prompt_tokens"),
                row.getLong("completion_tokens"),
                row.getDouble("cost_usd"),
                row.getLong("call_ms"),
                Columns.instantOrNull(row, "updated_at")))
        .optional()
        .orElse(Totals.NONE);
  }
}
