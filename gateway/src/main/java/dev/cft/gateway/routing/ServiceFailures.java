package dev.cft.gateway.routing;

import dev.cft.service.errors.ApiError;
import dev.cft.service.errors.ApiException;
import dev.cft.service.idempotency.Idempotency;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;

/// Says which service failed, whether the request may have been carried out, and what to do.
///
/// @param service its id
/// @param request the client's
record ServiceFailures(String service, HttpServletRequest request) {
  private static final Logger log = LoggerFactory.getLogger(ServiceFailures.class);
  private static final Duration SOON = Duration.ofSeconds(5);

  /// No answer has come.
  ApiException before(IOException failure) {
    log.warn("the {} service gave no answer: {}", service, failure.toString());
    return switch (failure) {
      case HttpHostConnectException _ -> away();
      case ConnectTimeoutException _ -> away();
      case UnknownHostException _ -> away();
      case org.apache.hc.core5.http.ConnectionRequestTimeoutException _ -> away();
      case SocketTimeoutException _ ->
          failed(
              HttpStatus.GATEWAY_TIMEOUT,
              "service_timeout",
              "The %s service was silent for too long.".formatted(service));
      default ->
          failed(
              HttpStatus.BAD_GATEWAY,
              "service_failed",
              "The connection to the %s service was lost before it answered.".formatted(service));
    };
  }

  /// The answer broke off. One that has begun can only be cut, so that the client sees it is not
  /// whole.
  IOException within(IOException failure, boolean begun) {
    log.warn("the {} service broke off its answer: {}", service, failure.toString());
    return new IOException(
        "the %s service broke off its answer".formatted(service),
        begun
            ? failure
            : failed(
                HttpStatus.BAD_GATEWAY,
                "service_failed",
                "The %s service broke off its answer.".formatted(service)));
  }

  private ApiException away() {
    return ApiException.unavailable(
        "service_unavailable",
        "The %s service cannot be reached; nothing was done. Send the request again shortly."
            .formatted(service),
        SOON);
  }

  private ApiException failed(HttpStatus status, String code, String message) {
    var isSafe =
        !HttpMethod.POST.matches(request.getMethod())
            || request.getHeader(Idempotency.HEADER) != null;
    var advice =
        isSafe
            ? " Send the request again."
            : " It may have been carried out: look before sending it again, or send an %s."
                .formatted(Idempotency.HEADER);
    return ApiException.of(status, new ApiError(message + advice, "server_error", null, code))
        .with(ApiException.SHOULD_RETRY, Boolean.toString(isSafe))
        .with("Retry-After", Long.toString(SOON.toSeconds()));
  }
}
