package dev.cft.service.errors;

import dev.cft.store.jobs.IllegalTransitionException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.validation.BindException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;

/// Turns whatever ended a request into what the client is told.
final class ErrorTranslator {
  private ErrorTranslator() {}

  static ApiException translate(Throwable failure, String request) {
    return told(failure)
        .orElseGet(() ->
            switch (failure) {
              case IllegalTransitionException illegal ->
                  ApiException.badRequest("illegal_state", words(illegal), "id");
              case HttpMessageNotReadableException unreadable -> BodyErrors.of(unreadable);
              case MethodArgumentNotValidException invalid -> ValidationErrors.of(invalid);
              case BindException invalid -> ValidationErrors.of(invalid);
              case HandlerMethodValidationException invalid -> ValidationErrors.of(invalid);
              case DataAccessResourceFailureException away -> databaseAway(away);
              case TransientDataAccessException busy -> databaseAway(busy);
              case CannotCreateTransactionException away -> databaseAway(away);
              default -> RequestErrors.of(failure, request).orElseGet(() -> other(failure));
            });
  }

  /// An answer thrown deeper down, wrapped on its way up.
  private static Optional<ApiException> told(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApiException known) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  private static ApiException databaseAway(Throwable cause) {
    return ApiException.unavailable(
            "database_unavailable",
            "The database does not answer at the moment; nothing was changed. Send the request again.",
            Duration.ofSeconds(5))
        .causedBy(cause);
  }

  private static ApiException other(Throwable failure) {
    if (failure instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
      var detail = known.getBody().getDetail();
      var status = HttpStatus.valueOf(known.getStatusCode().value());
      return ApiException.of(
          status,
          new ApiError(
              detail == null ? status.getReasonPhrase() : detail,
              ApiError.INVALID_REQUEST,
              null,
              "invalid_request"));
    }
    return serverError().causedBy(failure);
  }

  private static String words(Throwable failure) {
    return Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName());
  }

  static ApiException serverError() {
    return ApiException.of(
        HttpStatus.INTERNAL_SERVER_ERROR,
        new ApiError(
            "The server failed to answer; the cause is in its log under this answer's x-request-id.",
            ApiError.SERVER,
            null,
            "internal_error"));
  }
}
