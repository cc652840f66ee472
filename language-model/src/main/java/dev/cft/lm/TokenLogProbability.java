package dev.cft.lm;

import java.util.List;

/// How likely a produced token was before temperature and nucleus, and what else was likely there.
///
/// @param value natural logarithm of the probability
/// @param likeliest the likeliest tokens, likeliest first, as many as were asked for
public record TokenLogProbability(int token, float value, List<Likely> likeliest) {
  public TokenLogProbability {
    likeliest = List.copyOf(likeliest);
  }

  /// One of the likeliest tokens.
  public record Likely(int token, float value) {}
}
