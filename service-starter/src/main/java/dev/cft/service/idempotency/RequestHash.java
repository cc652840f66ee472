package dev.cft.service.idempotency;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 over pieces, each preceded by its length so that no two lists of pieces look alike.
final class RequestHash {
  private final MessageDigest digest;

  RequestHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  void add(String text) {
    add(text.getBytes(StandardCharsets.UTF_8));
  }

  void add(byte[] bytes) {
    length(bytes.length);
    digest.update(bytes);
  }

  void add(InputStream content, long length) throws IOException {
    length(length);
    var buffer = new byte[64 * 1024];
    for (var read = content.read(buffer); read >= 0; read = content.read(buffer)) {
      digest.update(buffer, 0, read);
    }
  }

  private void length(long bytes) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, bytes));
  }

  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
