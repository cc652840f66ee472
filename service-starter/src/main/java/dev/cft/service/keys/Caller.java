package dev.cft.service.keys;

import dev.cft.service.errors.ApiException;
import dev.cft.store.keys.ApiKey;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/// Who sent the request: a controller's argument.
///
/// @param key the record of the API key
public record Caller(ApiKey key) {
  private static final String ATTRIBUTE = Caller.class.getName();

  /// The caller of a request that passed the key check; empty on open paths.
  public static Optional<Caller> of(HttpServletRequest request) {
    return Optional.ofNullable((Caller) request.getAttribute(ATTRIBUTE));
  }

  void keepIn(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  /// The key's id: what a job's `createdBy` is set to.
  public String id() {
    return key.id();
  }

  public boolean isOperator() {
    return key.role() == ApiKey.Role.OPERATOR;
  }

  /// Lets operators pass.
  ///
  /// @param what the action in words, as in "only an operator may {what}"
  /// @throws ApiException 403 for everyone else
  public void mustBeOperator(String what) {
    if (!isOperator()) {
      throw ApiException.forbidden(
          "operator_required",
          "Only an operator may %s; the key '%s' has the role user.".formatted(what, key.name()));
    }
  }
}
