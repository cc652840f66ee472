package dev.cft.service.errors;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.DisconnectedClientHelper;

/// Answers every request that a handler ended by an exception, and logs those that are our fault.
final class ErrorResolver implements HandlerExceptionResolver {
  private static final Logger log = LoggerFactory.getLogger(ErrorResolver.class);

  private final ErrorResponses responses;

  ErrorResolver(ErrorResponses responses) {
    this.responses = responses;
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception failure) {
    if (isDisconnected(failure)) {
      log.debug("the client of {} went away", ErrorResponses.line(request));
      return new ModelAndView();
    }
    var answer = ErrorTranslator.translate(failure, ErrorResponses.line(request));
    log(request, answer, failure);
    if (response.isCommitted()) {
      // The container cuts the connection, so that the client sees an answer that is not whole.
      return null;
    }
    try {
      responses.write(request, response, answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ModelAndView();
  }

  private static void log(HttpServletRequest request, ApiException answer, Exception failure) {
    var status = answer.status().value();
    if (status == 500) {
      log.error("{} is answered with 500", ErrorResponses.line(request), failure);
    } else if (answer.status().is5xxServerError()) {
      log.warn(
          "{} is answered with {}: {}", ErrorResponses.line(request), status, failure.toString());
    }
  }

  private static boolean isDisconnected(Exception failure) {
    return failure instanceof AsyncRequestNotUsableException
        || DisconnectedClientHelper.isClientDisconnectedException(failure);
  }
}
