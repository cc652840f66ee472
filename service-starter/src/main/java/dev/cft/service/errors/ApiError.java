package dev.cft.service.errors;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// What a client is told about a failed request, in OpenAI's terms.
///
/// @param message what was got, what is allowed, what to do; for a person
/// @param type the family: `invalid_request_error`, `authentication_error`, `permission_error`,
///   `rate_limit_error`, `server_error`
/// @param param the field or parameter at fault, as the client wrote it
/// @param code short and stable, snake_case
@JsonInclude(JsonInclude.Include.ALWAYS)
public record ApiError(String message, String type, @Nullable String param, @Nullable String code) {
  static final String INVALID_REQUEST = "invalid_request_error";
  static final String SERVER = "server_error";

  /// The body of an answer under `/v1`.
  record Envelope(ApiError error) {}
}
