package dev.cft.trainer.planning;

import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is wrong with a job, gathered, so that all of it is told at once.
public final class Failures {
  private final List<JobError> errors = new ArrayList<>();

  /// Something that may find a fault.
  public interface Check<T> {
    T make() throws IOException;
  }

  /// Makes something; where that fails for the job's fault, it is noted.
  public <T> Optional<T> of(Check<T> check) throws IOException {
    try {
      return Optional.of(check.make());
    } catch (JobFailedException failed) {
      errors.add(failed.error());
      return Optional.empty();
    }
  }

  public void add(String code, String message, @Nullable String param) {
    errors.add(new JobError(code, message, param));
  }

  /// Fails the job where anything is wrong.
  ///
  /// @throws JobFailedException naming every fault; code and param are the first one's
  public void throwIfAny() {
    if (!errors.isEmpty()) {
      JobError first = errors.getFirst();
      String all = errors.stream().map(JobError::message).collect(Collectors.joining("; "));
      throw new JobFailedException(new JobError(first.code(), all, first.param()));
    }
  }
}
