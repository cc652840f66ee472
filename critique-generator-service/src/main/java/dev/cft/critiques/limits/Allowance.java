package dev.cft.critiques.limits;

/// What a teacher allows all replicas together; 0 per minute is no limit.
///
/// @param tokensPerMinute input and output together
/// @param concurrency calls in flight
public record Allowance(
    long requestsPerMinute,
    long inputTokensPerMinute,
    long outputTokensPerMinute,
    long tokensPerMinute,
    int concurrency) {
  public Allowance {
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency must be at least 1, was " + concurrency);
    }
  }

  /// Calls in flight are the only limit.
  public static Allowance concurrent(int calls) {
    return new Allowance(0, 0, 0, 0, calls);
  }

  long perMinute(Meter meter) {
    return switch (meter) {
      case REQUESTS -> requestsPerMinute;
      case INPUT -> inputTokensPerMinute;
      case OUTPUT -> outputTokensPerMinute;
      case TOKENS -> tokensPerMinute;
    };
  }
}
