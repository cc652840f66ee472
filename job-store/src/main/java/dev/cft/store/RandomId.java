package dev.cft.store;

import java.security.SecureRandom;

/// Ids that cannot be guessed: a prefix and random letters and digits.
public final class RandomId {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

  /// 36²⁴ ids: as many as 124 random bits.
  private static final int LENGTH = 24;

  private RandomId() {}

  /// A new id of usual length.
  public static String next(String prefix) {
    return next(prefix, LENGTH);
  }

  /// A new id with that many random characters.
  public static String next(String prefix, int length) {
    var id = new StringBuilder(prefix);
    RANDOM.ints(length, 0, ALPHABET.length()).forEach(i -> id.append(ALPHABET.charAt(i)));
    return id.toString();
  }
}
