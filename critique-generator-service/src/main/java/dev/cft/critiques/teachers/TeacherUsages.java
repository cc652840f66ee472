package dev.cft.critiques.teachers;

import dev.cft.store.Columns;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What each teacher has been used for so far, by all replicas together.
public final class TeacherUsages {
  private static final String ADD =
      """
      insert into teacher_usage as u
        (teacher, calls, prompt_tokens, completion_tokens, cost_usd, updated_at)
      values (:teacher, :calls, :prompt, :completion, :cost, :at)
      on conflict (teacher) do update set
        calls = u.calls + excluded.calls,
        prompt_tokens = u.prompt_tokens + excluded.prompt_tokens,
        completion_tokens = u.completion_tokens + excluded.completion_tokens,
        cost_usd = u.cost_usd + excluded.cost_usd,
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
      @Nullable Instant updatedAt) {
    static final Totals NONE = new Totals(0, 0, 0, 0, null);

    /// Completion tokens of a call on average; empty before there are enough calls to tell.
    public Optional<Long> meanCompletionTokens() {
      return calls < 20 ? Optional.empty() : Optional.of(completionTokens / calls);
    }
  }

  /// Adds calls that were answered.
  public void add(String teacher, long calls, Usage usage, double costUsd) {
    if (calls > 0) {
      jdbc.sql(ADD)
          .param("teacher", teacher)
          .param("calls", calls)
          .param("prompt", usage.promptTokens())
          .param("completion", usage.completionTokens())
          .param("cost", costUsd)
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
                Columns.instantOrNull(row, "updated_at")))
        .optional()
        .orElse(Totals.NONE);
  }
}
