package dev.cft.lm.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/// One file on its way into the cache: goes on where it broke off, and counts only when its length
/// and checksum are what the hub promised.
final class Download {
  /// In a row without a byte gained (our choice).
  private static final int ATTEMPTS = 5;

  private static final long MEGABYTE = 1_000_000;

  private final HubHttp http;
  private final HubId id;
  private final Consumer<String> messages;
  private final String name;
  private final URI address;
  private long told;

  Download(HubHttp http, HubId id, Consumer<String> messages, String name, URI address) {
    this.http = http;
    this.id = id;
    this.messages = messages;
    this.name = name;
    this.address = address;
  }

  /// Fetches the content to `blob`.
  ///
  /// @throws HubException the hub refuses, or the content is not what it promised
  /// @throws IOException it could not be fetched; what came so far stays for the next attempt
  void to(Path blob, String etag, long size) throws IOException {
    var part = blob.resolveSibling(blob.getFileName() + ".incomplete");
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
    Files.move(part, blob, StandardCopyOption.ATOMIC_MOVE);
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
    var connection = http.send("GET", address, from, id);
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
    throw new HubException(
        "%s of %s came as %s, but %d bytes with %s were promised; nothing was kept"
            .formatted(name, id, got, size, etag));
  }
}
