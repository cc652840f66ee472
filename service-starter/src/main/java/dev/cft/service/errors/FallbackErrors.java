package dev.cft.service.errors;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Where the container sends requests that failed outside every handler.
@RestController
final class FallbackErrors implements ErrorController {
  private final ErrorResponses responses;

  FallbackErrors(ErrorResponses responses) {
    this.responses = responses;
  }

  @RequestMapping("${spring.web.error.path:${error.path:/error}}")
  void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
    responses.write(request, response, answer(request));
  }

  private static ApiException answer(HttpServletRequest request) {
    if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable failure) {
      return ErrorTranslator.translate(failure, ErrorResponses.line(request));
    }
    var code = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    var status = code instanceof Integer number ? HttpStatus.resolve(number) : null;
    if (status == null || status == HttpStatus.NOT_FOUND) {
      return RequestErrors.unknownUrl(ErrorResponses.line(request));
    }
    return status.is5xxServerError()
        ? ErrorTranslator.serverError()
        : ApiException.of(
            status,
            new ApiError(
                "%s was refused: %s."
                    .formatted(ErrorResponses.line(request), status.getReasonPhrase()),
                ApiError.INVALID_REQUEST,
                null,
                "invalid_request"));
  }
}
