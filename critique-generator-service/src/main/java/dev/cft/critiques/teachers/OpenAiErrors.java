package dev.cft.critiques.teachers;

import com.openai.core.http.Headers;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIServiceException;
import dev.cft.critiques.limits.RateHeaders;
import dev.cft.critiques.teachers.TeacherException.BadRequest;
import dev.cft.critiques.teachers.TeacherException.Misconfigured;
import dev.cft.critiques.teachers.TeacherException.OutOfQuota;
import dev.cft.critiques.teachers.TeacherException.RateLimited;
import dev.cft.critiques.teachers.TeacherException.Unavailable;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a provider's error answers mean.
final class OpenAiErrors {
  /// 429s that no waiting cures, by `code` or `type`.
  private static final Set<String> BILLING =
      Set.of(
          "insufficient_quota",
          "credit_balance_exhausted",
          "organization_spend_limit_exceeded",
          "project_spend_limit_exceeded",
          "organization_usage_limit_exceeded",
          "billing_hard_limit_reached",
          "billing_not_active");

  private static final int LONGEST_MESSAGE = 300;

  private OpenAiErrors() {}

  static TeacherException translate(OpenAIServiceException e) {
    var message = "%d %s".formatted(e.statusCode(), describe(e));
    return switch (e.statusCode()) {
      case 429 -> isBilling(e) ? new OutOfQuota(message) : rateLimited(message, e.headers());
      case 402 -> new OutOfQuota(message);
      case 401, 403, 404 -> new Misconfigured(message);
      case 408, 409 -> new Unavailable(message, e);
      default -> e.statusCode() >= 500 ? new Unavailable(message, e) : new BadRequest(message);
    };
  }

  /// Without `retry-after`, what the headers say of the allowance that ran out.
  private static RateLimited rateLimited(String message, Headers headers) {
    var limits = limits(headers);
    return new RateLimited(message, retryAfter(headers).orElse(limits.reset()), limits);
  }

  static RateHeaders limits(Headers headers) {
    return RateHeaders.of(name -> first(headers, name).orElse(null));
  }

  private static boolean isBilling(OpenAIServiceException e) {
    return e.code().filter(BILLING::contains).isPresent()
        || e.type().filter(BILLING::contains).isPresent();
  }

  /// The error in a line. Providers repeat parts of keys in theirs, so they are left out.
  static String describe(OpenAIException e) {
    var cause = e.getCause();
    var text = String.valueOf(e.getMessage());
    var all = cause == null ? text : text + " (" + cause.getClass().getSimpleName() + ")";
    var line = all.replaceAll("\\s+", " ").replaceAll("sk-[\\w*-]{4,}", "sk-…");
    return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "…";
  }

  /// `retry-after-ms`, or `retry-after` in seconds or as a date.
  private static Optional<Duration> retryAfter(Headers headers) {
    return first(headers, "retry-after-ms")
        .flatMap(OpenAiErrors::number)
        .map(ms -> Duration.ofMillis(Math.round(ms)))
        .or(() -> first(headers, "retry-after").flatMap(value -> seconds(headers, value)))
        .filter(wait -> !wait.isNegative());
  }

  private static Optional<Duration> seconds(Headers headers, String value) {
    return number(value)
        .map(seconds -> Duration.ofMillis(Math.round(seconds * 1000)))
        .or(() -> untilDate(headers, value));
  }

  /// A date counts from the provider's own clock, its `date` header: ours may be off.
  private static Optional<Duration> untilDate(Headers headers, String value) {
    return date(value)
        .flatMap(until ->
            first(headers, "date")
                .flatMap(OpenAiErrors::date)
                .map(now -> Duration.between(now, until)));
  }

  private static Optional<ZonedDateTime> date(String value) {
    try {
      return Optional.of(ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private static Optional<Double> number(@Nullable String value) {
    try {
      return value == null ? Optional.empty() : Optional.of(Double.parseDouble(value));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static Optional<String> first(Headers headers, String name) {
    return headers.values(name).stream().findFirst();
  }
}
