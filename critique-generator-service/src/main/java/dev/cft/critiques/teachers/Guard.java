package dev.cft.critiques.teachers;

import dev.cft.critiques.limits.Asker;
import dev.cft.critiques.limits.CallGate;
import dev.cft.critiques.limits.NoTurnException;
import dev.cft.critiques.limits.Permit;
import dev.cft.critiques.limits.RateHeaders;
import dev.cft.critiques.limits.Spend;
import dev.cft.critiques.teachers.TeacherException.NotAsked;
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
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/// Stands before a teacher: limits shared with the other replicas, a bound on calls in flight,
/// retries, and rest for one that keeps failing.
///
/// From outside in: retry (each attempt waits for its turn and counts for the breaker) → the gate's
/// turn → circuit breaker → bulkhead (a second bound, should the ledger be wrong) → time limiter (a
/// second bound, should the client's own not hold) → call.
final class Guard {
  /// First pause between attempts; doubled each time, half of it random.
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

  /// Our choice: the client's own limit, which says more about what was missing, comes first.
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final String name;
  private final TimeLimiter timeLimiter;
  private final Duration rest;
  private final CallGate gate;
  private final TeacherMeters meters;
  private final CircuitBreaker breaker;
  private final Bulkhead bulkhead;
  private final Retry retry;
  private final IntervalFunction backoff =
      IntervalFunction.ofExponentialRandomBackoff(
          FIRST_PAUSE.toMillis(), 2.0, 0.5, LONGEST_PAUSE.toMillis());

  Guard(String name, TeacherSettings settings, CallGate gate, TeacherMeters meters) {
    this.name = name;
    this.rest = settings.rest();
    this.gate = gate;
    this.meters = meters;
    this.breaker = CircuitBreaker.of(name, breakerConfig(settings));
    this.bulkhead =
        Bulkhead.of(
            name,
            BulkheadConfig.custom()
                .maxConcurrentCalls(settings.concurrency())
                .maxWaitDuration(Duration.ofDays(1))
                .build());
    this.timeLimiter =
        TimeLimiter.of(
            name,
            TimeLimiterConfig.custom()
                .timeoutDuration(settings.timeout().plus(GRACE))
                .cancelRunningFuture(true)
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
    // the pause before the next attempt is ours, since it must end when the asker withdraws
    return RetryConfig.<Object>custom()
        .maxAttempts(settings.maxAttempts())
        .retryOnException(Guard::isWorthAnotherTry)
        .intervalFunction(_ -> 1L)
        .build();
  }

  private static boolean isWorthAnotherTry(Throwable e) {
    return e instanceof Unavailable
        || (e instanceof RateLimited limited
            && limited.retryAfter().orElse(Duration.ZERO).compareTo(CallGate.LONGEST_PAUSE) <= 0);
  }

  /// A teacher's reply and how it was got.
  ///
  /// @param latency of the last attempt, without waiting for a turn
  record Guarded(Reply reply, int attempts, Duration latency) {}

  /// Makes a call, again where that may help.
  ///
  /// @throws TeacherException the last attempt's, or [Resting] while the breaker is open
  Guarded call(Asker asker, TokenForecast forecast, long promptTokens, Supplier<Reply> call) {
    var attempts = new AtomicInteger();
    var pause = new AtomicReference<>(Duration.ZERO);
    return retry.executeSupplier(() -> {
      var permit = turn(asker, pause.get(), forecast.of(promptTokens));
      var attempt = attempts.incrementAndGet();
      var start = System.nanoTime();
      try {
        var reply = attempt(permit, call, usage -> spent(forecast, promptTokens, usage));
        return new Guarded(reply, attempt, Duration.ofNanos(System.nanoTime() - start));
      } catch (TeacherException e) {
        pause.set(pauseAfter(attempt, e));
        throw e;
      }
    });
  }

  private Duration pauseAfter(int attempt, TeacherException e) {
    var usual = Duration.ofMillis(backoff.apply(attempt));
    return e instanceof RateLimited limited ? limited.retryAfter().orElse(usual) : usual;
  }

  private Permit turn(Asker asker, Duration pause, Spend expected) {
    try {
      if (pause.isPositive()) {
        asker.rest(pause);
      }
      return gate.enter(asker, expected);
    } catch (NoTurnException.Paused paused) {
      throw new RateLimited(String.valueOf(paused.getMessage()), paused.left(), RateHeaders.NONE);
    } catch (NoTurnException.Withdrawn withdrawn) {
      throw new NotAsked(String.valueOf(withdrawn.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotAsked("stopped while waiting for the teacher's rate limit");
    }
  }

  private Reply attempt(Permit permit, Supplier<Reply> call, Function<Usage, Spend> spent) {
    var start = System.nanoTime();
    var outcome = "error";
    try {
      var reply = breaker.executeSupplier(() -> bulkhead.executeSupplier(() -> inTime(call)));
      outcome = "answered";
      permit.answered(spent.apply(reply.usage()), reply.headers());
      return reply;
    } catch (CallNotPermittedException _) {
      permit.unused();
      outcome = "not_made";
      throw resting();
    } catch (RateLimited e) {
      permit.limited(e.retryAfter().orElse(Duration.ZERO), e.headers());
      outcome = e.code();
      throw e;
    } catch (Unavailable e) {
      permit.overloaded();
      outcome = e.code();
      throw e;
    } catch (RuntimeException e) {
      permit.refused();
      outcome = e instanceof TeacherException known ? known.code() : outcome;
      throw e;
    } finally {
      meters.called(name, outcome, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  /// Makes the call on a thread that can be left behind.
  private Reply inTime(Supplier<Reply> call) {
    var work = new FutureTask<>(call::get);
    Thread.startVirtualThread(work);
    try {
      return timeLimiter.executeFutureSupplier(() -> work);
    } catch (TimeoutException e) {
      throw new Unavailable(
          "no answer within %d s"
              .formatted(timeLimiter.getTimeLimiterConfig().getTimeoutDuration().toSeconds()),
          e);
    } catch (InterruptedException _) {
      work.cancel(true);
      Thread.currentThread().interrupt();
      throw new NotAsked("stopped while the teacher was answering");
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("the call failed in a way that it does not declare", e);
    }
  }

  /// What the call took; the estimate where the provider does not say.
  private static Spend spent(TokenForecast forecast, long promptTokens, Usage usage) {
    forecast.learn(promptTokens, usage);
    return usage.totalTokens() == 0
        ? forecast.of(promptTokens)
        : Spend.call((double) usage.promptTokens(), (double) usage.completionTokens());
  }

  private Resting resting() {
    return new Resting(
        "The teacher %s kept failing and is left alone for %d s.".formatted(name, rest.toSeconds()),
        breaker.getState() == CircuitBreaker.State.OPEN ? rest : Duration.ofSeconds(1));
  }

  void withdraw(Asker asker) {
    gate.withdraw(asker);
  }

  /// `closed` while all is well, `open` while the teacher is left alone, `half_open` while it is
  /// tried again.
  String state() {
    return breaker.getState().name().toLowerCase(java.util.Locale.ROOT);
  }

  CallGate gate() {
    return gate;
  }
}
