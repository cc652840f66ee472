package dev.cft.benchmarks.critiques;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 request with a `Content-Length` or a chunked body.
record Request(String path, String body) {
  private static final Pattern MODEL = Pattern.compile("\"model\"\\s*:\\s*\"([^\"]*)\"");

  /// The next request of a connection; null at its end.
  static @Nullable Request read(InputStream in) throws IOException {
    var first = line(in);
    if (first == null || first.isEmpty()) {
      return null;
    }
    var length = 0;
    var isChunked = false;
    for (var header = line(in); header != null && !header.isEmpty(); header = line(in)) {
      var lower = header.toLowerCase(java.util.Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      }
      isChunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
    }
    var body = isChunked ? chunks(in) : new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Request(first.split(" ", -1)[1], body);
  }

  String model() {
    var found = MODEL.matcher(body);
    return found.find() ? found.group(1) : "";
  }

  private static String chunks(InputStream in) throws IOException {
    var body = new StringBuilder();
    while (true) {
      var size = line(in);
      var bytes = Integer.parseInt(size == null ? "0" : size.strip(), 16);
      body.append(new String(in.readNBytes(bytes), StandardCharsets.UTF_8));
      line(in);
      if (bytes == 0) {
        return body.toString();
      }
    }
  }

  private static @Nullable String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        return line.isEmpty() ? null : line.toString();
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
