package dev.cft.service.requests;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.TreeSet;

/// A request that carries its id as if the client had sent it, so that it is passed on.
final class WithRequestId extends HttpServletRequestWrapper {
  private final String id;

  WithRequestId(HttpServletRequest request, String id) {
    super(request);
    this.id = id;
  }

  @Override
  public String getHeader(String name) {
    return isId(name) ? id : super.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return isId(name) ? Collections.enumeration(List.of(id)) : super.getHeaders(name);
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    var names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(Collections.list(super.getHeaderNames()));
    names.add(RequestId.HEADER);
    return Collections.enumeration(names);
  }

  private static boolean isId(String name) {
    return RequestId.HEADER.equalsIgnoreCase(name);
  }
}
