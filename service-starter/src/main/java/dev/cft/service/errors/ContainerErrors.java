package dev.cft.service.errors;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/// Answers requests that Tomcat refuses before any filter sees them: no path or header of theirs
/// can be trusted to be readable, so the answer names none.
final class ContainerErrors extends ErrorReportValve {
  private static final String BODY =
      """
      {"error":{"message":"The request is no valid HTTP or its address is not properly encoded.",\
      "type":"invalid_request_error","param":null,"code":"invalid_request"}}\
      """;

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    if (response.getStatus() < 400 || response.getContentWritten() > 0) {
      return;
    }
    try {
      response.setContentType("application/json");
      response.getOutputStream().print(BODY);
      response.finishResponse();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
