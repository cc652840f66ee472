package dev.cft.critiques.teachers;

import dev.cft.critiques.limits.RateHeaders;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Why a teacher gave no answer, by what can be done about it.
public abstract sealed class TeacherException extends RuntimeException {
  private TeacherException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /// Short and stable, snake_case.
  public abstract String code();

  /// 429: asked too often; the same call will do later.
  public static final class RateLimited extends TeacherException {
    private final @Nullable Duration retryAfter;
    private final RateHeaders headers;

    public RateLimited(String message, @Nullable Duration retryAfter, RateHeaders headers) {
      super(message, null);
      this.retryAfter = retryAfter;
      this.headers = headers;
    }

    /// What the provider said about its limits.
    public RateHeaders headers() {
      return headers;
    }

    /// How long the provider asks to wait, where it says.
    public Optional<Duration> retryAfter() {
      return Optional.ofNullable(retryAfter);
    }

    @Override
    public String code() {
      return "teacher_rate_limited";
    }
  }

  /// No answer, a broken one or a server error: may work at the next attempt.
  public static final class Unavailable extends TeacherException {
    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }

    @Override
    public String code() {
      return "teacher_unavailable";
    }
  }

  /// The teacher has failed so often that it is left alone for a while.
  public static final class Resting extends TeacherException {
    private final Duration until;

    public Resting(String message, Duration until) {
      super(message, null);
      this.until = until;
    }

    /// How long it is left alone.
    public Duration rest() {
      return until;
    }

    @Override
    public String code() {
      return "teacher_resting";
    }
  }

  /// Nobody was asked: the job that wanted to has stopped.
  public static final class NotAsked extends TeacherException {
    public NotAsked(String message) {
      super(message, null);
    }

    @Override
    public String code() {
      return "teacher_not_asked";
    }
  }

  /// The provider will not take this request; others may do.
  public static final class BadRequest extends TeacherException {
    public BadRequest(String message) {
      super(message, null);
    }

    @Override
    public String code() {
      return "teacher_rejected_request";
    }
  }

  /// Nothing is left to pay with: asking again does not help before a person acts.
  public static final class OutOfQuota extends TeacherException {
    public OutOfQuota(String message) {
      super(message, null);
    }

    @Override
    public String code() {
      return "teacher_quota_exhausted";
    }
  }

  /// Wrong key, model or address: every call will fail until an operator acts.
  public static final class Misconfigured extends TeacherException {
    public Misconfigured(String message) {
      super(message, null);
    }

    @Override
    public String code() {
      return "teacher_misconfigured";
    }
  }
}
