package dev.cft.lm.download;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What a file server answers to a GET with or without a `Range` from one byte on.
public final class RangeAnswer {
  private RangeAnswer() {}

  /// Sends the content from the byte that was asked for on.
  ///
  /// @param limit the connection ends after so many bytes, if that is not null
  public static void send(HttpExchange exchange, byte[] content, @Nullable Integer limit)
      throws IOException {
    var range = exchange.getRequestHeaders().getFirst("Range");
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    if (range != null) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
    int to = limit == null ? content.length : Math.min(content.length, from + limit);
    try (exchange) {
      exchange.getResponseBody().write(content, from, to - from);
    }
  }
}
