package dev.cft.lm.download;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/// A request for the bytes of a file from one on, and what its status means.
///
/// `HttpURLConnection` and not `java.net.http`, because only it ends a read on which nothing comes.
public final class RangeRequest {
  private RangeRequest() {}

  /// A request that is not sent yet.
  ///
  /// @param patience how long the connection may say nothing
  /// @param first byte wanted
  public static HttpURLConnection prepare(URI address, Duration patience, long first)
      throws IOException {
    var connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setConnectTimeout((int) patience.toMillis());
    connection.setReadTimeout((int) patience.toMillis());
    connection.setRequestProperty("User-Agent", "cft");
    connection.setRequestProperty("Accept-Encoding", "identity");
    if (first > 0) {
      connection.setRequestProperty("Range", "bytes=%d-".formatted(first));
    }
    return connection;
  }

  /// Whether it is an answer that [Download] reads: below 400, or 416.
  public static boolean isGood(int status) {
    return status < 400 || status == 416;
  }

  /// Whether the answer may be another one later.
  public static boolean isBusy(int status) {
    return status == 429 || status >= 500;
  }
}
