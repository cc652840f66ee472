package dev.cft.gateway.routing;

import java.io.IOException;
import java.net.SocketException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.message.MessageSupport;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/// Sends requests whose bodies a service may refuse before it has read them.
///
/// Such a service answers and closes its connection while the body is still being written. The
/// write then fails, but the answer has come before it: so the answer is read after a failed write
/// too, and tells what happened, be it the refusal or that the connection is gone. The library's
/// own executor gives up at the failed write. Neither `Expect: 100-continue` nor informational
/// answers are passed on.
final class RefusedUploads extends HttpRequestExecutor {
  private static final String CUT = RefusedUploads.class.getName() + ".cut";

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      @Nullable HttpResponseInformationCallback informed,
      HttpContext context)
      throws IOException, HttpException {
    var core = HttpCoreContext.castOrCreate(context);
    try {
      core.setSSLSession(connection.getSSLSession());
      core.setEndpointDetails(connection.getEndpointDetails());
      context.removeAttribute(CUT);
      try {
        connection.sendRequestHeader(request);
        connection.sendRequestEntity(request);
        connection.flush();
      } catch (SocketException e) {
        context.setAttribute(CUT, e);
      }
      var answer = connection.receiveResponseHeader();
      while (answer.getCode() < HttpStatus.SC_SUCCESS) {
        answer = connection.receiveResponseHeader();
      }
      if (MessageSupport.canResponseHaveBody(request.getMethod(), answer)) {
        connection.receiveResponseEntity(answer);
      }
      return answer;
    } catch (HttpException | IOException | RuntimeException e) {
      connection.close(CloseMode.IMMEDIATE);
      throw e;
    }
  }

  @Override
  public boolean keepAlive(
      ClassicHttpRequest request,
      ClassicHttpResponse answer,
      HttpClientConnection connection,
      HttpContext context)
      throws IOException {
    return context.getAttribute(CUT) == null
        && super.keepAlive(request, answer, connection, context);
  }
}
