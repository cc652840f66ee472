package dev.cft.critiques.critiquing;

import dev.cft.critiques.teachers.TeacherException;
import dev.cft.service.errors.ApiError;
import dev.cft.service.errors.ApiException;
import java.time.Duration;
import org.springframework.http.HttpStatus;

/// What a client is told when a teacher gives no answer.
final class TeacherErrors {
  private static final Duration SOON = Duration.ofSeconds(5);

  private TeacherErrors() {}

  static ApiException translate(String teacher, TeacherException e) {
    var message = "The teacher %s gave no critique: %s".formatted(teacher, e.getMessage());
    return switch (e) {
      case TeacherException.RateLimited limited ->
          ApiException.tooManyRequests(e.code(), message, limited.retryAfter().orElse(SOON));
      case TeacherException.Unavailable _ -> ApiException.unavailable(e.code(), message, SOON);
      case TeacherException.Resting resting ->
          ApiException.unavailable(e.code(), message, resting.rest());
      case TeacherException.NotAsked _ -> ApiException.unavailable(e.code(), message, SOON);
      case TeacherException.BadRequest _ ->
          ApiException.unprocessable(e.code(), message, "teacher");
      case TeacherException.OutOfQuota _ -> hopeless(HttpStatus.TOO_MANY_REQUESTS, e, message);
      case TeacherException.Misconfigured _ -> hopeless(HttpStatus.BAD_GATEWAY, e, message);
    };
  }

  private static ApiException hopeless(HttpStatus status, TeacherException e, String message) {
    var type = status == HttpStatus.TOO_MANY_REQUESTS ? "insufficient_quota" : "server_error";
    return ApiException.of(status, new ApiError(message, type, "teacher", e.code()))
        .with(ApiException.SHOULD_RETRY, "false");
  }
}
