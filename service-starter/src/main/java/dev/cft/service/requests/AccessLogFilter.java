package dev.cft.service.requests;

import dev.cft.service.keys.Caller;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.web.filter.OncePerRequestFilter;

/// One line for every request when it has ended: no query, no header, no body.
final class AccessLogFilter extends OncePerRequestFilter {
  private static final Logger log = LoggerFactory.getLogger("dev.cft.access");

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var started = System.nanoTime();
    try {
      chain.doFilter(request, response);
    } finally {
      var line = new Line(request, response, started, MDC.get(RequestId.MDC_KEY));
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(line);
      } else {
        line.write();
      }
    }
  }

  private record Line(
      HttpServletRequest request, HttpServletResponse response, long started, String id)
      implements AsyncListener {
    void write() {
      var millis = Duration.ofNanos(System.nanoTime() - started).toMillis();
      var key = Caller.of(request).map(Caller::id).orElse("-");
      var path = request.getRequestURI();
      var message = "{} {} {} {} ms key {}";
      try (var _ = MDC.putCloseable(RequestId.MDC_KEY, id)) {
        if (path.startsWith("/actuator/")) {
          log.debug(message, request.getMethod(), path, response.getStatus(), millis, key);
        } else {
          log.info(message, request.getMethod(), path, response.getStatus(), millis, key);
        }
      }
    }

    @Override
    public void onComplete(AsyncEvent event) {
      write();
    }

    @Override
    public void onTimeout(AsyncEvent event) {}

    @Override
    public void onError(AsyncEvent event) {}

    @Override
    public void onStartAsync(AsyncEvent event) {
      event.getAsyncContext().addListener(this);
    }
  }
}
