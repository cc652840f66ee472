package dev.cft.store.jobs;

import dev.cft.store.RandomId;
import java.util.Arrays;
import java.util.Optional;

/// A job's id: its kind's prefix and 24 random letters and digits.
public record JobId(String value) implements Comparable<JobId> {
  /// A new, unused id of that kind.
  public static JobId next(JobKind kind) {
    return new JobId(RandomId.next(kind.idPrefix()));
  }

  /// The kind that the id's prefix names, empty where the text is no job id.
  public static Optional<JobKind> kindOf(String text) {
    return Arrays.stream(JobKind.values())
        .filter(kind -> text.startsWith(kind.idPrefix()))
        .findFirst();
  }

  @Override
  public int compareTo(JobId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
