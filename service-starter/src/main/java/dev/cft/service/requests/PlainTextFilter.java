package dev.cft.service.requests;

import dev.cft.service.errors.ApiException;
import dev.cft.service.errors.ErrorResponses;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/// Refuses addresses that are no text: broken percent-encoding, bytes that are not UTF-8, and the
/// character U+0000, which Postgres cannot hold.
final class PlainTextFilter extends OncePerRequestFilter {
  private final ErrorResponses errors;

  PlainTextFilter(ErrorResponses errors) {
    this.errors = errors;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (isText(request.getRequestURI()) && isText(request.getQueryString())) {
      chain.doFilter(request, response);
    } else {
      errors.send(
          request,
          response,
          ApiException.badRequest(
              "invalid_encoding",
              "The address must be percent-encoded UTF-8 without U+0000.",
              null));
    }
  }

  private static boolean isText(@Nullable String encoded) {
    if (encoded == null || encoded.indexOf('%') < 0) {
      return true;
    }
    var bytes = new ByteArrayOutputStream(encoded.length());
    for (var i = 0; i < encoded.length(); i++) {
      var value = (int) encoded.charAt(i);
      if (value == '%') {
        value = hex(encoded, i);
        i += 2;
      }
      if (value <= 0) {
        return false;
      }
      bytes.write(value);
    }
    return isUtf8(bytes.toByteArray());
  }

  /// The byte of `%xy` at `at`; -1 where there is none.
  private static int hex(String encoded, int at) {
    if (at + 2 >= encoded.length()) {
      return -1;
    }
    var high = Character.digit(encoded.charAt(at + 1), 16);
    var low = Character.digit(encoded.charAt(at + 2), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
