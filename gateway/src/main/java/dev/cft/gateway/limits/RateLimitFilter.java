package dev.cft.gateway.limits;

import dev.cft.service.errors.ApiException;
import dev.cft.service.errors.ErrorResponses;
import dev.cft.service.keys.Caller;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.web.filter.OncePerRequestFilter;

/// Holds every API key to its requests per minute and says in headers what is left.
final class RateLimitFilter extends OncePerRequestFilter {
  private final int perMinute;
  private final InstantSource clock;
  private final ErrorResponses errors;

  /// One for each key that was ever used here: keys are made by operators, so there are few.
  private final ConcurrentMap<String, RequestBucket> buckets = new ConcurrentHashMap<>();

  RateLimitFilter(int perMinute, InstantSource clock, ErrorResponses errors) {
    this.perMinute = perMinute;
    this.clock = clock;
    this.errors = errors;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return Caller.of(request).isEmpty();
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var key = Caller.of(request).orElseThrow().id();
    var bucket = buckets.computeIfAbsent(key, _ -> new RequestBucket(perMinute, clock.instant()));
    var taken = bucket.take(clock.instant());
    response.setHeader("x-ratelimit-limit-requests", Integer.toString(perMinute));
    response.setHeader("x-ratelimit-remaining-requests", Integer.toString(taken.remaining()));
    response.setHeader("x-ratelimit-reset-requests", goStyle(taken.untilFull()));
    if (taken.granted()) {
      chain.doFilter(request, response);
    } else {
      errors.send(
          request,
          response,
          ApiException.tooManyRequests(
              "rate_limit_exceeded",
              "This API key may send %d requests a minute; the next one is allowed in %s."
                  .formatted(perMinute, goStyle(taken.untilNext())),
              taken.untilNext()));
    }
  }

  /// As OpenAI writes it: `12ms`, `1.5s`, `6m0s`.
  static String goStyle(Duration duration) {
    if (duration.toMillis() < 1000) {
      return duration.toMillis() + "ms";
    }
    var seconds = duration.toMillis() / 1000.0;
    return seconds < 60
        ? String.valueOf(seconds).replaceAll("\\.0$", "") + "s"
        : "%dm%ds".formatted(duration.toMinutes(), duration.toSecondsPart());
  }
}
