package dev.cft.service.idempotency;

import dev.cft.service.ServiceProperties;
import dev.cft.service.errors.ApiException;
import dev.cft.service.errors.ErrorResponses;
import dev.cft.service.keys.Caller;
import dev.cft.store.keys.IdempotencyKeys;
import dev.cft.store.keys.IdempotencyKeys.Answer;
import dev.cft.store.keys.IdempotencyKeys.Claim;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.http.server.PathContainer;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/// Does a POST with an `Idempotency-Key` once and sends its answer again for every repetition.
final class IdempotencyFilter extends OncePerRequestFilter {
  private final IdempotencyKeys keys;
  private final ErrorResponses errors;
  private final List<PathPattern> paths;
  private final long maxKept;

  IdempotencyFilter(IdempotencyKeys keys, ErrorResponses errors, ServiceProperties properties) {
    this.keys = keys;
    this.errors = errors;
    this.paths =
        properties.idempotentPaths().stream()
            .map(PathPatternParser.defaultInstance::parse)
            .toList();
    this.maxKept = properties.maxKeptAnswer().toBytes();
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !"POST".equals(request.getMethod())
        || request.getHeader(Idempotency.HEADER) == null
        || Caller.of(request).isEmpty()
        || paths.stream()
            .noneMatch(path -> path.matches(PathContainer.parsePath(request.getRequestURI())));
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    RepeatableRequest body;
    Claimed claimed;
    Claim claim;
    try {
      claimed = new Claimed(Caller.of(request).orElseThrow().id(), key(request));
      body = RepeatableRequest.of(request);
      claim = keys.claim(claimed.owner(), claimed.key(), body.hash());
    } catch (RuntimeException | IOException e) {
      errors.send(request, response, e);
      return;
    }
    switch (claim) {
      case Claim.Fresh() -> answer(claimed, body.request(), response, chain);
      case Claim.Replay(var answer) -> replay(answer, response);
      case Claim.Mismatch() -> errors.send(request, response, reused(claimed.key()));
      case Claim.InFlight() -> errors.send(request, response, inFlight(claimed.key()));
    }
  }

  private static String key(HttpServletRequest request) {
    var key = request.getHeader(Idempotency.HEADER).strip();
    if (key.isEmpty() || key.length() > 255 || key.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw ApiException.badRequest(
          "invalid_idempotency_key",
          "Idempotency-Key must be 1 to 255 printable ASCII characters.",
          Idempotency.HEADER);
    }
    return key;
  }

  private void answer(
      Claimed claimed, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var kept = new KeptResponse(response, maxKept, () -> isAsync(request));
    try {
      chain.doFilter(request, kept);
    } catch (ServletException | IOException | RuntimeException | Error e) {
      keys.release(claimed.owner(), claimed.key());
      throw e;
    }
    if (request.isAsyncStarted()) {
      request.getAsyncContext().addListener(new WhenComplete(() -> finish(claimed, request, kept)));
    } else {
      finish(claimed, request, kept);
      kept.send();
    }
  }

  private static boolean isAsync(HttpServletRequest request) {
    return request.isAsyncStarted() || request.getDispatcherType() == DispatcherType.ASYNC;
  }

  /// Only what was done is kept: a failed request changed nothing and may be sent again, corrected.
  private void finish(Claimed claimed, HttpServletRequest request, KeptResponse kept) {
    var content = kept.content();
    if (content.isEmpty() || kept.getStatus() >= 400) {
      keys.release(claimed.owner(), claimed.key());
    } else {
      var body =
          request.getAttribute(Idempotency.KEPT_BODY) instanceof String instead
              ? instead
              : content.get();
      var type = kept.getContentType() == null ? "" : kept.getContentType();
      keys.answered(claimed.owner(), claimed.key(), new Answer(kept.getStatus(), type, body));
    }
  }

  private static void replay(Answer answer, HttpServletResponse response) throws IOException {
    response.setStatus(answer.status());
    response.setHeader(Idempotency.REPLAYED, "true");
    if (!answer.contentType().isEmpty()) {
      response.setContentType(answer.contentType());
    }
    var body = answer.body().getBytes(StandardCharsets.UTF_8);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static ApiException reused(String key) {
    return ApiException.unprocessable(
        "idempotency_key_reused",
        "The Idempotency-Key '%s' was used for another request in the last 24 hours. Send the same request"
                .formatted(key)
            + " again, or a new key.",
        Idempotency.HEADER);
  }

  private static ApiException inFlight(String key) {
    return ApiException.conflict(
            "idempotency_key_in_use",
            "The first request with the Idempotency-Key '%s' is still being answered. Send it again"
                    .formatted(key)
                + " shortly.",
            Idempotency.HEADER)
        .with(ApiException.SHOULD_RETRY, "true")
        .with("Retry-After", "1");
  }

  private record Claimed(String owner, String key) {}
}
