package dev.cft.gateway.routing;

import org.springframework.cloud.gateway.server.mvc.filter.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.function.ServerRequest;

/// Tells a service under which address the client asked. What the client itself says about that has
/// been taken out before.
final class ForwardedHeaders implements HttpHeadersFilter.RequestHttpHeadersFilter, Ordered {
  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }

  @Override
  public HttpHeaders apply(HttpHeaders input, ServerRequest request) {
    var servlet = request.servletRequest();
    var headers = new HttpHeaders();
    headers.putAll(input);
    headers.set("X-Forwarded-Proto", servlet.getScheme());
    headers.set("X-Forwarded-Host", servlet.getServerName() + ":" + servlet.getServerPort());
    headers.set("X-Forwarded-Port", Integer.toString(servlet.getServerPort()));
    headers.set("X-Forwarded-For", servlet.getRemoteAddr());
    return headers;
  }
}
