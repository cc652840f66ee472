package dev.cft.service.keys;

import dev.cft.service.errors.ApiException;
import dev.cft.service.errors.ErrorResponses;
import dev.cft.store.keys.ApiKeys;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.filter.OncePerRequestFilter;

/// Lets requests pass that carry a good key or ask for an open path.
final class KeyFilter extends OncePerRequestFilter {
  private static final String BEARER = "Bearer ";

  private final ApiKeys keys;
  private final OpenPaths open;
  private final ErrorResponses errors;

  KeyFilter(ApiKeys keys, OpenPaths open, ErrorResponses errors) {
    this.keys = keys;
    this.open = open;
    this.errors = errors;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (!open.contains(request)) {
      try {
        caller(request.getHeader(HttpHeaders.AUTHORIZATION)).keepIn(request);
      } catch (RuntimeException e) {
        errors.send(request, response, e);
        return;
      }
    }
    chain.doFilter(request, response);
  }

  private Caller caller(@Nullable String authorization) {
    if (authorization == null || authorization.isBlank()) {
      throw ApiException.unauthorized(
          "missing_api_key", "No API key was sent. Send one as 'Authorization: Bearer sk-cft-…'.");
    }
    if (!authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      throw ApiException.unauthorized(
          "invalid_api_key",
          "The Authorization header must be 'Bearer ' and an API key; another scheme was sent.");
    }
    return keys.verify(authorization.substring(BEARER.length()).strip())
        .map(Caller::new)
        .orElseThrow(() ->
            ApiException.unauthorized(
                "invalid_api_key",
                "The API key is unknown or revoked. An operator makes new ones with POST"
                    + " /v1/keys."));
  }
}
