package dev.cft.service.idempotency;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.springframework.web.multipart.support.StandardMultipartHttpServletRequest;

/// A request whose body was read to know its hash and can be read again.
///
/// @param request what goes on down the chain
/// @param hash SHA-256 over method, path, query and body
record RepeatableRequest(HttpServletRequest request, String hash) {
  static RepeatableRequest of(HttpServletRequest request) throws IOException {
    var hash = new RequestHash();
    hash.add(request.getMethod());
    hash.add(request.getRequestURI());
    hash.add(Objects.requireNonNullElse(request.getQueryString(), ""));
    var type = Objects.requireNonNullElse(request.getContentType(), "");
    return type.regionMatches(true, 0, "multipart/", 0, "multipart/".length())
        ? upload(request, hash)
        : plain(request, hash);
  }

  private static RepeatableRequest plain(HttpServletRequest request, RequestHash hash)
      throws IOException {
    var body = request.getInputStream().readAllBytes();
    hash.add(body);
    return new RepeatableRequest(new Buffered(request, body), hash.hex());
  }

  /// By its parts, which the container holds on disk: a client chooses another boundary when it
  /// sends an upload again.
  private static RepeatableRequest upload(HttpServletRequest request, RequestHash hash)
      throws IOException {
    var parsed = new StandardMultipartHttpServletRequest(request);
    try {
      for (var part : parsed.getParts()) {
        hash.add(part.getName());
        hash.add(Objects.requireNonNullElse(part.getSubmittedFileName(), ""));
        try (var content = part.getInputStream()) {
          hash.add(content, part.getSize());
        }
      }
    } catch (jakarta.servlet.ServletException e) {
      throw new IOException("the upload cannot be read", e);
    }
    return new RepeatableRequest(parsed, hash.hex());
  }

  private static final class Buffered extends HttpServletRequestWrapper {
    private final byte[] body;

    Buffered(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = body;
    }

    @Override
    public ServletInputStream getInputStream() {
      var bytes = new ByteArrayInputStream(body);
      return new ServletInputStream() {
        @Override
        public int read() {
          return bytes.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
          return bytes.read(buffer, offset, length);
        }

        @Override
        public boolean isFinished() {
          return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
          throw new UnsupportedOperationException("the body is read by blocking");
        }
      };
    }

    @Override
    public BufferedReader getReader() {
      return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }
  }
}
