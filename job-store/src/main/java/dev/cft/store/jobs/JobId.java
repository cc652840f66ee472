package dev.cft.store.jobs;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/// A job's id: its kind's prefix and 24 random letters and digits.
public record JobId(String value) implements Comparable<JobId> {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

  /// A new, unused id of that kind.
  public static JobId next(JobKind kind) {
    var id = new StringBuilder(kind.idPrefix());
    RANDOM.ints(24, 0, ALPHABET.length()).forEach(i -> id.append(ALPHABET.charAt(i)));
    return new JobId(id.toString());
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
