package dev.cft.store.specs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Critiques of a dataset's responses. Result: `{"dataset": "ds-…", "ok": n, "rejected": n,
/// "failed": n, "right": n, "wrong": n, "unparsed": n, "agreement": x, "cost_usd": x}`.
///
/// @param input a dataset id, a file id, or the id of a job whose result names a dataset
/// @param teacher a teacher's name, as `/v1/teachers` lists them; the first of several
/// @param promptVersion null for each teacher's own
/// @param limit rows taken from the start; null for all
/// @param budgetUsd stop before this is exceeded; null for none
/// @param teachers all of them, where each row goes to several; null for `teacher` alone
/// @param n critiques of a row by each teacher; null for 1
/// @param reuse false to pay for critiques that are stored already; null for true
/// @param mode `online` (null) or `batch`: the provider's batch API
/// @param reparse set where verdicts of an earlier job are read again and nobody is asked
public record CritiquesSpec(
    String input,
    String teacher,
    @Nullable String promptVersion,
    @Nullable Integer limit,
    @Nullable Double budgetUsd,
    @Nullable List<String> teachers,
    @Nullable Integer n,
    @Nullable Boolean reuse,
    @Nullable String mode,
    @Nullable Reparse reparse) {
  public CritiquesSpec {
    teachers = teachers == null ? null : List.copyOf(teachers);
  }

  /// One critique of each row by one teacher.
  public CritiquesSpec(
      String input,
      String teacher,
      @Nullable String promptVersion,
      @Nullable Integer limit,
      @Nullable Double budgetUsd) {
    this(input, teacher, promptVersion, limit, budgetUsd, null, null, null, null, null);
  }

  /// How verdicts are read again.
  ///
  /// @param job whose critiques
  /// @param rule a rule's name; null for patterns
  /// @param right a regular expression that is found in critiques which say right
  /// @param wrong the same for wrong, looked for first
  public record Reparse(
      String job, @Nullable String rule, @Nullable String right, @Nullable String wrong) {}

  /// The names of all teachers.
  public List<String> allTeachers() {
    return teachers == null ? List.of(teacher) : teachers;
  }

  /// Critiques of a row by each teacher.
  public int each() {
    return n == null ? 1 : n;
  }
}
