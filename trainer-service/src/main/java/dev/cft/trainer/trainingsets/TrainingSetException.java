package dev.cft.trainer.trainingsets;

import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import java.util.List;

/// Rows that cannot be trained on, told as the job's error.
final class TrainingSetException {
  /// Faults told at once, our choice: enough to see the pattern.
  static final int MOST_FAULTS = 20;

  private TrainingSetException() {}

  static JobFailedException malformed(String source, List<String> faults, String param) {
    String more = faults.size() >= MOST_FAULTS ? " (the first %d)".formatted(MOST_FAULTS) : "";
    return failed(
        "invalid_rows",
        "%s has rows that cannot be read%s: %s".formatted(source, more, String.join("; ", faults)),
        param);
  }

  static JobFailedException failed(String code, String message, String param) {
    return new JobFailedException(new JobError(code, message, param));
  }
}
