package dev.cft.gateway.routing;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.ModelAndView;

/// Copies a service's answer to the client as it comes.
record AnswerCopy(
    HttpUriRequestBase request, ClassicHttpResponse answer, ServiceFailures failures) {
  private static final int BUFFER = 16 * 1024;

  /// Copies all of it; null, because there is no view to render.
  @Nullable ModelAndView to(HttpServletResponse client) throws IOException {
    try (answer) {
      copyOrAbort(client);
      return null;
    }
  }

  private void copyOrAbort(HttpServletResponse client) throws IOException {
    try {
      copy(client);
    } catch (IOException | RuntimeException e) {
      // Before the answer is closed, which would read on to the end of a stream that has none. The
      // service notices, and stops what it does for this client.
      request.abort();
      throw e;
    }
  }

  private void copy(HttpServletResponse client) throws IOException {
    var entity = answer.getEntity();
    if (entity == null) {
      return;
    }
    var isStream = entity.getContentLength() < 0;
    var body = entity.getContent();
    var output = client.getOutputStream();
    var buffer = new byte[BUFFER];
    for (var read = read(body, buffer, client); read >= 0; read = read(body, buffer, client)) {
      output.write(buffer, 0, read);
      if (isStream) {
        output.flush();
      }
    }
  }

  private int read(InputStream body, byte[] buffer, HttpServletResponse client) throws IOException {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw failures.within(e, client.isCommitted());
    }
  }
}
