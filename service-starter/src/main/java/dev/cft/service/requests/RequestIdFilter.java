package dev.cft.service.requests;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/// Gives every request an id, or keeps the client's: in the answer and in every log line.
final class RequestIdFilter extends OncePerRequestFilter {
  private static final String ATTRIBUTE = RequestIdFilter.class.getName();
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  @Override
  protected boolean shouldNotFilterAsyncDispatch() {
    return false;
  }

  @Override
  protected boolean shouldNotFilterErrorDispatch() {
    return false;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var id = id(request);
    request.setAttribute(ATTRIBUTE, id);
    if (!response.isCommitted()) {
      response.setHeader(RequestId.HEADER, id);
    }
    try (var _ = MDC.putCloseable(RequestId.MDC_KEY, id)) {
      chain.doFilter(new WithRequestId(request, id), response);
    }
  }

  private static String id(HttpServletRequest request) {
    if (request.getAttribute(ATTRIBUTE) instanceof String known) {
      return known;
    }
    var sent = request.getHeader(RequestId.HEADER);
    return sent != null && ALLOWED.matcher(sent).matches()
        ? sent
        : "req_" + UUID.randomUUID().toString().replace("-", "");
  }
}
