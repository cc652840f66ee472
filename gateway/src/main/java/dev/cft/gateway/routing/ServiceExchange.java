package dev.cft.gateway.routing;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;
import org.springframework.cloud.gateway.server.mvc.common.MvcUtils;
import org.springframework.cloud.gateway.server.mvc.handler.GatewayServerResponse;
import org.springframework.cloud.gateway.server.mvc.handler.ProxyExchange;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.servlet.function.ServerResponse;

/// Passes a request on and its answer back, both as they come, byte by byte.
///
/// Spring Cloud Gateway's own exchange drains an answer whose client has gone, which never ends for
/// a stream, and cannot tell a service that is away from one that failed.
final class ServiceExchange implements ProxyExchange {
  /// Set by the HTTP client itself, from the body.
  private static final Set<String> OWN =
      Set.of("content-length", "content-type", "transfer-encoding", "host", "connection", "expect");

  private final ServiceClient client;

  ServiceExchange(ServiceClient client) {
    this.client = client;
  }

  @Override
  public ServerResponse exchange(Request request) {
    var servlet = request.getServerRequest().servletRequest();
    var failures =
        new ServiceFailures(
            String.valueOf(servlet.getAttribute(MvcUtils.GATEWAY_ROUTE_ID_ATTR)), servlet);
    try {
      var outgoing = outgoing(request, servlet);
      return answer(request, client.send(outgoing), outgoing, failures);
    } catch (IOException e) {
      throw failures.before(e);
    }
  }

  private static HttpUriRequestBase outgoing(Request request, HttpServletRequest servlet)
      throws IOException {
    var uri = Objects.requireNonNull(request.getUri(), "the route names an address");
    var outgoing = new HttpUriRequestBase(request.getMethod().name(), uri);
    request
        .getHeaders()
        .forEach((name, values) -> {
          if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
            values.forEach(value -> outgoing.addHeader(name, value));
          }
        });
    var type = servlet.getContentType();
    if (servlet.getContentLengthLong() > 0 || servlet.getHeader("Transfer-Encoding") != null) {
      outgoing.setEntity(
          new InputStreamEntity(
              servlet.getInputStream(),
              servlet.getContentLengthLong(),
              type == null ? null : ContentType.parseLenient(type)));
    } else if (type != null) {
      outgoing.addHeader(HttpHeaders.CONTENT_TYPE, type);
    }
    return outgoing;
  }

  private static ServerResponse answer(
      Request request,
      ClassicHttpResponse answer,
      HttpUriRequestBase outgoing,
      ServiceFailures failures) {
    var status = HttpStatusCode.valueOf(answer.getCode());
    var copy = new AnswerCopy(outgoing, answer, failures);
    var response = GatewayServerResponse.status(status).build((_, servlet) -> copy.to(servlet));
    var told = new Told(status, headers(answer));
    request.getResponseConsumers().forEach(consumer -> consumer.accept(told, response));
    return response;
  }

  private static HttpHeaders headers(ClassicHttpResponse answer) {
    var headers = new HttpHeaders();
    for (var header : answer.getHeaders()) {
      headers.add(header.getName(), header.getValue());
    }
    // The gateway's answer carries the same id already.
    headers.remove("x-request-id");
    return headers;
  }

  private record Told(HttpStatusCode status, HttpHeaders headers) implements Response {
    @Override
    public HttpStatusCode getStatusCode() {
      return status;
    }

    @Override
    public HttpHeaders getHeaders() {
      return headers;
    }
  }
}
