package dev.cft.service.errors;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/// Ends a request with an answer that tells the client what was wrong.
///
/// Under `/v1` the answer is OpenAI's error object, elsewhere RFC 9457 problem+json.
public final class ApiException extends RuntimeException {
  /// Tells OpenAI's clients whether sending the request again may help.
  public static final String SHOULD_RETRY = "x-should-retry";

  private final HttpStatus status;
  private final transient ApiError error;
  private final transient Map<String, String> headers;

  private ApiException(HttpStatus status, ApiError error, Map<String, String> headers) {
    super(error.message());
    this.status = status;
    this.error = error;
    this.headers = Map.copyOf(headers);
  }

  /// 400: the request is wrong, wherever and whenever it is sent.
  public static ApiException badRequest(String code, String message, @Nullable String param) {
    return invalid(HttpStatus.BAD_REQUEST, code, message, param);
  }

  /// 401: no key, or one that is unknown or revoked.
  public static ApiException unauthorized(String code, String message) {
    return of(HttpStatus.UNAUTHORIZED, new ApiError(message, "authentication_error", null, code))
        .with("WWW-Authenticate", "Bearer realm=\"cft\"");
  }

  /// 403: the key is good, but not for this.
  public static ApiException forbidden(String code, String message) {
    return of(HttpStatus.FORBIDDEN, new ApiError(message, "permission_error", null, code));
  }

  /// 404 with the code `{what}_not_found`.
  ///
  /// @param what the kind of thing in a word or two: `job`, `dataset`
  public static ApiException notFound(String what, String id) {
    return invalid(
        HttpStatus.NOT_FOUND,
        what.replace(' ', '_') + "_not_found",
        "There is no %s with the id '%s'.".formatted(what, id),
        null);
  }

  /// 409: the request clashes with what is there. OpenAI's clients are told not to send it again;
  /// `.with(SHOULD_RETRY, "true")` says otherwise.
  public static ApiException conflict(String code, String message, @Nullable String param) {
    return invalid(HttpStatus.CONFLICT, code, message, param).with(SHOULD_RETRY, "false");
  }

  /// 413: more bytes than are taken.
  public static ApiException tooLarge(String code, String message, @Nullable String param) {
    return invalid(HttpStatus.CONTENT_TOO_LARGE, code, message, param);
  }

  /// 422: well-formed, but what it says cannot be done.
  public static ApiException unprocessable(String code, String message, @Nullable String param) {
    return invalid(HttpStatus.UNPROCESSABLE_CONTENT, code, message, param)
        .with(SHOULD_RETRY, "false");
  }

  /// 429: may be sent again after `retryAfter`.
  public static ApiException tooManyRequests(String code, String message, Duration retryAfter) {
    return of(HttpStatus.TOO_MANY_REQUESTS, new ApiError(message, "rate_limit_error", null, code))
        .after(retryAfter);
  }

  /// 503: something that this service needs is away; may be sent again after `retryAfter`.
  public static ApiException unavailable(String code, String message, Duration retryAfter) {
    return of(HttpStatus.SERVICE_UNAVAILABLE, new ApiError(message, ApiError.SERVER, null, code))
        .after(retryAfter);
  }

  /// Any other answer.
  public static ApiException of(HttpStatus status, ApiError error) {
    return new ApiException(status, error, Map.of());
  }

  private static ApiException invalid(
      HttpStatus status, String code, String message, @Nullable String param) {
    return of(status, new ApiError(message, ApiError.INVALID_REQUEST, param, code));
  }

  /// The same with a header more.
  public ApiException with(String header, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, value);
    var copy = new ApiException(status, error, more);
    copy.setStackTrace(getStackTrace());
    return copy;
  }

  /// The same, with `cause` kept for the log.
  public ApiException causedBy(Throwable cause) {
    initCause(cause);
    return this;
  }

  private ApiException after(Duration retryAfter) {
    var seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
    return with("Retry-After", Long.toString(seconds));
  }

  public HttpStatus status() {
    return status;
  }

  public ApiError error() {
    return error;
  }

  public Map<String, String> headers() {
    return headers;
  }
}
