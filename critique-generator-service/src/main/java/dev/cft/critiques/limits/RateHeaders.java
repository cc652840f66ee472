package dev.cft.critiques.limits;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a provider's `x-ratelimit-*` headers say; null where they say nothing usable. Azure sends
/// -1 for "unknown".
///
/// @param reset until the allowance that ran out is there again; null where none ran out
public record RateHeaders(
    @Nullable Long requestsPerMinute,
    @Nullable Long requestsLeft,
    @Nullable Long tokensPerMinute,
    @Nullable Long tokensLeft,
    @Nullable Duration reset) {
  public static final RateHeaders NONE = new RateHeaders(null, null, null, null, null);

  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|us|µs|h|m|s)?");

  /// Reads them.
  ///
  /// @param header a header's first value; null where there is none
  public static RateHeaders of(Function<String, @Nullable String> header) {
    var requestsLeft = count(header.apply("x-ratelimit-remaining-requests"), 0);
    var tokensLeft = count(header.apply("x-ratelimit-remaining-tokens"), 0);
    return new RateHeaders(
        count(header.apply("x-ratelimit-limit-requests"), 1),
        requestsLeft,
        count(header.apply("x-ratelimit-limit-tokens"), 1),
        tokensLeft,
        reset(header, requestsLeft, tokensLeft));
  }

  private static @Nullable Duration reset(
      Function<String, @Nullable String> header,
      @Nullable Long requestsLeft,
      @Nullable Long tokensLeft) {
    var requests =
        requestsLeft != null && requestsLeft == 0
            ? duration(header.apply("x-ratelimit-reset-requests"))
            : Optional.<Duration>empty();
    var tokens =
        tokensLeft != null && tokensLeft == 0
            ? duration(header.apply("x-ratelimit-reset-tokens"))
            : Optional.<Duration>empty();
    return requests
        .flatMap(r -> tokens.map(t -> r.compareTo(t) > 0 ? r : t).or(() -> requests))
        .or(() -> tokens)
        .orElse(null);
  }

  private static @Nullable Long count(@Nullable String value, long least) {
    try {
      var number = value == null ? -1 : Long.parseLong(value.strip());
      return number < least ? null : number;
    } catch (NumberFormatException _) {
      return null;
    }
  }

  /// A Go-style duration: `12ms`, `1s`, `6m0s`; bare numbers are seconds.
  static Optional<Duration> duration(@Nullable String value) {
    if (value == null || value.isBlank()) {
      return Optional.empty();
    }
    var parts = PART.matcher(value.strip());
    var nanos = 0.0;
    var end = 0;
    while (parts.lookingAt()) {
      nanos += Double.parseDouble(parts.group(1)) * nanosPer(parts.group(2));
      end = parts.end();
      parts.region(end, value.strip().length());
      if (end == value.strip().length()) {
        return Optional.of(Duration.ofNanos(Math.round(nanos)));
      }
    }
    return Optional.empty();
  }

  private static double nanosPer(@Nullable String unit) {
    return switch (unit) {
      case "us", "µs" -> 1e3;
      case "ms" -> 1e6;
      case "m" -> 60e9;
      case "h" -> 3600e9;
      case null, default -> 1e9;
    };
  }

  /// How long to wait, by these headers, until at least `part` of a minute's allowance is there.
  Duration pause(double part) {
    var wait =
        Math.max(
            missing(requestsPerMinute, requestsLeft, part),
            missing(tokensPerMinute, tokensLeft, part));
    return Duration.ofMillis(Math.round(wait * 60_000));
  }

  private static double missing(@Nullable Long perMinute, @Nullable Long left, double part) {
    return perMinute == null || left == null ? 0 : Math.max(0, part - left / (double) perMinute);
  }
}
