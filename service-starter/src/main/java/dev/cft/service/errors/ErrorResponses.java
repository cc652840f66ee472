package dev.cft.service.errors;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Writes a failed request's answer: OpenAI's error object under `/v1`, problem+json elsewhere.
public final class ErrorResponses {
  private final JsonMapper json;

  ErrorResponses(JsonMapper json) {
    this.json = json;
  }

  /// Sends what ended the request; for filters, which no exception handler sees.
  public void send(HttpServletRequest request, HttpServletResponse response, Throwable failure)
      throws IOException {
    write(request, response, ErrorTranslator.translate(failure, line(request)));
  }

  void write(HttpServletRequest request, HttpServletResponse response, ApiException answer)
      throws IOException {
    if (response.isCommitted()) {
      return;
    }
    response.resetBuffer();
    response.setStatus(answer.status().value());
    answer.headers().forEach(response::setHeader);
    var openAi = isOpenAi(path(request));
    response.setContentType(openAi ? "application/json" : "application/problem+json");
    var body =
        json.writeValueAsBytes(
            openAi ? new ApiError.Envelope(answer.error()) : Problem.of(answer, path(request)));
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
    response.flushBuffer();
  }

  /// The request as messages name it: `GET /v1/jobs`.
  static String line(HttpServletRequest request) {
    return request.getMethod() + " " + path(request);
  }

  private static boolean isOpenAi(String path) {
    return path.equals("/v1") || path.startsWith("/v1/");
  }

  /// The path that the client asked for, also while the container serves its error page.
  private static String path(HttpServletRequest request) {
    return request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String original
        ? original
        : request.getRequestURI();
  }

  /// RFC 9457, with what OpenAI's object has besides.
  private record Problem(
      String type,
      String title,
      int status,
      String detail,
      String instance,
      @Nullable String code,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String param) {
    static Problem of(ApiException answer, String path) {
      var error = answer.error();
      return new Problem(
          "about:blank",
          answer.status().getReasonPhrase(),
          answer.status().value(),
          error.message(),
          path,
          error.code(),
          error.param());
    }
  }
}
