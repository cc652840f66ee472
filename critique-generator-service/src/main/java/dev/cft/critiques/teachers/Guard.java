package dev.cft.critiques.teachers;

import dev.cft.critiques.teachers.TeacherException.RateLimited;
import dev.cft.critiques.teachers.TeacherException.Resting;
import dev.cft.critiques.teachers.TeacherException.Unavailable;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Stands before a teacher: limits, a bound on calls in flight, retries, and rest for one that
/// keeps failing.
///
/// From outside in: retry (each attempt counts for the breaker) → circuit breaker → bulkhead →
/// limits → call.
final class Guard {
  /// First pause between attempts; doubled each time, half of it random.
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

  private final String name;
  private final Duration rest;
  private final TeacherLimits limits;
  private final CircuitBreaker breaker;
  private final Bulkhead bulkhead;
  private final Retry retry;

  Guard(String name, TeacherSettings settings, TeacherLimits limits) {
    this.name = name;
    this.rest = settings.rest();
    this.limits = limits;
    this.breaker = CircuitBreaker.of(name, breakerConfig(settings));
    this.bulkhead =
        Bulkhead.of(
            name,
            BulkheadConfig.custom()
                .maxConcurrentCalls(settings.concurrency())
                .maxWaitDuration(Duration.ofDays(1))
                .build());
    this.retry = Retry.of(name, retryConfig(settings));
  }

  private static CircuitBreakerConfig breakerConfig(TeacherSettings settings) {
    return CircuitBreakerConfig.custom()
        .slidingWindowSize(20)
        .minimumNumberOfCalls(Math.min(5, settings.maxAttempts()))
        .failureRateThreshold(50)
        .permittedNumberOfCallsInHalfOpenState(2)
        .waitDurationInOpenState(settings.rest())
        .recordException(Unavailable.class::isInstance)
        .ignoreException(e -> !(e instanceof Unavailable))
        .build();
  }

  private static RetryConfig retryConfig(TeacherSettings settings) {
    var backoff =
        IntervalFunction.ofExponentialRandomBackoff(
            FIRST_PAUSE.toMillis(), 2.0, 0.5, LONGEST_PAUSE.toMillis());
    return RetryConfig.<Object>custom()
        .maxAttempts(settings.maxAttempts())
        .retryOnException(Guard::isWorthAnotherTry)
        .intervalBiFunction((attempt, outcome) ->
            outcome.isLeft() && outcome.getLeft() instanceof RateLimited limited
                ? limited.retryAfter().map(Duration::toMillis).orElse(backoff.apply(attempt))
                : backoff.apply(attempt))
        .build();
  }

  private static boolean isWorthAnotherTry(Throwable e) {
    return e instanceof Unavailable
        || (e instanceof RateLimited limited
            && limited.retryAfter().orElse(Duration.ZERO).compareTo(TeacherLimits.LONGEST_WAIT)
                <= 0);
  }

  /// A teacher's reply and how it was got.
  record Guarded(Reply reply, int attempts) {}

  /// Makes a call, again where that may help.
  ///
  /// @throws TeacherException the last attempt's, or [Resting] while the breaker is open
  Guarded call(Question question, Supplier<Reply> call) {
    var attempts = new AtomicInteger();
    try {
      var reply =
          retry.executeSupplier(() ->
              breaker.executeSupplier(
                  () -> bulkhead.executeSupplier(() -> attempt(attempts, question, call))));
      return new Guarded(reply, attempts.get());
    } catch (CallNotPermittedException _) {
      throw new Resting(
          "The teacher %s kept failing and is left alone for %d s."
              .formatted(name, rest.toSeconds()),
          breaker.getState() == CircuitBreaker.State.OPEN ? rest : Duration.ofSeconds(1));
    }
  }

  private Reply attempt(AtomicInteger attempts, Question question, Supplier<Reply> call) {
    attempts.incrementAndGet();
    var permit = acquire(question.promptTokens());
    try {
      var reply = call.get();
      permit.settle(reply.usage().totalTokens());
      return reply;
    } catch (RateLimited e) {
      e.retryAfter().ifPresent(limits::pause);
      throw e;
    }
  }

  private TeacherLimits.Permit acquire(long tokens) {
    try {
      return limits.acquire(tokens);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Unavailable("stopped while waiting for the teacher's rate limit", e);
    }
  }

  /// `closed` while all is well, `open` while the teacher is left alone, `half_open` while it is
  /// tried again.
  String state() {
    return breaker.getState().name().toLowerCase(java.util.Locale.ROOT);
  }

  int callsInFlight() {
    return bulkhead.getBulkheadConfig().getMaxConcurrentCalls()
        - bulkhead.getMetrics().getAvailableConcurrentCalls();
  }
}
