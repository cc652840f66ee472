package dev.cft.critiques.critiquing;

import dev.cft.store.jobs.Outcome;

/// Why an attempt at a critique job ended.
sealed interface Stop {
  /// Every row has its outcome.
  record Done() implements Stop {}

  /// The next row might exceed the budget.
  record OutOfBudget(long rowsLeft) implements Stop {}

  /// It ends for the job, too, or goes on another time.
  record Early(Outcome outcome) implements Stop {}
}
