package dev.cft.lm.download;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/// One file on its way into a cache: goes on where it broke off, and counts only when its length
/// and checksum are what was promised.
public final class Download {
  /// In a row without a byte gained (our choice).
  private static final int ATTEMPTS = 5;

  private static final long MEGABYTE = 1_000_000;

  private final Source source;
  private final String name;
  private final Consumer<String> messages;
  private long told;

  /// @param name what messages call the file
  /// @param messages hears of progress
  public Download(Source source, String name, Consumer<String> messages) {
    this.source = source;
    this.name = name;
    this.messages = messages;
  }

  /// Where the content comes from.
  public interface Source {
    /// An answer below 400, or 416, to the request for all bytes from one on.
    HttpURLConnection from(long first) throws IOException;
  }

  /// A content that is not what was promised; nothing of it was kept.
  public static final class WrongContentException extends RuntimeException {
    WrongContentException(String message) {
      super(message);
    }
  }

  /// Fetches the content to a file that is not there yet.
  ///
  /// @param etag its SHA-256, git's SHA-1 of it, or a name without meaning
  /// @throws WrongContentException the content is not what was promised
  /// @throws IOException it could not be fetched; what came so far stays for the next attempt
  public void to(Path file, String etag, long size) throws IOException {
    var part = file.resolveSibling(file.getFileName() + ".incomplete");
    int failures = 0;
    while (!Files.exists(part) || Files.size(part) < size || size == 0) {
      long before = Files.exists(part) ? Files.size(part) : 0;
      try {
        fetch(part, before, size);
        if (size == 0) {
          break;
        }
      } catch (IOException e) {
        long gained = (Files.exists(part) ? Files.size(part) : 0) - before;
        failures = gained > 0 ? 0 : failures + 1;
        if (failures == ATTEMPTS) {
          throw e;
        }
        messages.accept("%s: %s; going on".formatted(name, e.getMessage()));
        pause(failures);
      }
    }
    verify(part, etag, size);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void pause(int failures) throws IOException {
    try {
      Thread.sleep(Math.min(8000, 250L << failures));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private void fetch(Path part, long from, long size) throws IOException {
    var connection = source.from(from);
    try (var channel =
        FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      boolean goesOn =
          connection.getResponseCode() == 206
              && String.valueOf(connection.getHeaderField("Content-Range"))
                  .startsWith("bytes " + from + "-");
      // A server that knows no ranges, or another file by now: from the beginning.
      channel.truncate(goesOn ? from : 0);
      channel.position(goesOn ? from : 0);
      if (connection.getResponseCode() == 416) {
        throw new IOException("the server has no byte %d".formatted(from));
      }
      try (var in = connection.getInputStream()) {
        copy(in, channel, size);
      }
      channel.force(true);
      if (channel.size() < size) {
        throw new IOException(
            "the connection ended after %d of %d bytes".formatted(channel.size(), size));
      }
    } finally {
      connection.disconnect();
    }
  }

  private void copy(InputStream in, FileChannel channel, long size) throws IOException {
    var block = new byte[1 << 16];
    for (int read = in.read(block); read >= 0; read = in.read(block)) {
      var bytes = ByteBuffer.wrap(block, 0, read);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (channel.size() - told >= 50 * MEGABYTE) {
        told = channel.size();
        messages.accept("%s: %d of %d MB".formatted(name, told / MEGABYTE, size / MEGABYTE));
      }
    }
  }

  private void verify(Path part, String etag, long size) throws IOException {
    var checksum = Checksum.of(part, etag);
    if (Files.size(part) == size && checksum.map(etag::equals).orElse(true)) {
      return;
    }
    var got = "%d bytes with the checksum %s".formatted(Files.size(part), checksum.orElse("–"));
    Files.delete(part);
    throw new WrongContentException(
        "%s came as %s, but %d bytes with %s were promised; nothing was kept"
            .formatted(name, got, size, etag));
  }
}
