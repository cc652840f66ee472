package dev.cft.eval.requests;

import java.security.SecureRandom;

/// New ids.
public final class Ids {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

  private Ids() {}

  /// The prefix and 24 random letters and digits.
  public static String next(String prefix) {
    var id = new StringBuilder(prefix);
    RANDOM.ints(24, 0, ALPHABET.length()).forEach(i -> id.append(ALPHABET.charAt(i)));
    return id.toString();
  }
}
