package dev.cft.eval.endpoints;

import dev.cft.store.StoreJson;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What an endpoint's error answers mean.
final class EndpointErrors {
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

  private EndpointErrors() {}

  static Answer read(HttpResponse<?> response, String body) {
    var status = response.statusCode();
    var error = error(body);
    var message =
        "%d %s".formatted(status, EndpointClient.shortened(error.path("message").asString(body)));
    return switch (status) {
      case 401, 402, 403, 404 -> refused(message);
      case 429 ->
          isBilling(error)
              ? refused(message)
              : new Answer.Again(message, retryAfter(response).orElse(null), false);
      case 408, 409 -> new Answer.Again(message, retryAfter(response).orElse(null), false);
      default ->
          status >= 500
              ? new Answer.Again(message, retryAfter(response).orElse(null), false)
              : new Answer.Final(new EndpointException.Rejected(code(error), message));
    };
  }

  private static Answer refused(String message) {
    return new Answer.Final(new EndpointException.Refused(message));
  }

  private static JsonNode error(String body) {
    try {
      return StoreJson.mapper().readTree(body).path("error");
    } catch (JacksonException _) {
      return StoreJson.mapper().createObjectNode();
    }
  }

  private static String code(JsonNode error) {
    var code = error.path("code").asString("");
    return code.matches("[a-z_]{1,60}") ? code : "endpoint_rejected_request";
  }

  private static boolean isBilling(JsonNode error) {
    return BILLING.contains(error.path("code").asString(""))
        || BILLING.contains(error.path("type").asString(""));
  }

  /// `retry-after-ms`, or `retry-after` in seconds or as a date, which counts from the endpoint's
  /// own clock.
  private static Optional<Duration> retryAfter(HttpResponse<?> response) {
    var headers = response.headers();
    return headers
        .firstValue("retry-after-ms")
        .flatMap(value -> millis(value, 1))
        .or(() -> headers.firstValue("retry-after").flatMap(value -> millis(value, 1000)))
        .or(() ->
            headers
                .firstValue("retry-after")
                .flatMap(EndpointErrors::date)
                .flatMap(until ->
                    headers
                        .firstValue("date")
                        .flatMap(EndpointErrors::date)
                        .map(now -> Duration.between(now, until))))
        .filter(wait -> !wait.isNegative());
  }

  private static Optional<Duration> millis(String value, int factor) {
    try {
      return Optional.of(Duration.ofMillis(Math.round(Double.parseDouble(value) * factor)));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static Optional<ZonedDateTime> date(String value) {
    try {
      return Optional.of(ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }
}
