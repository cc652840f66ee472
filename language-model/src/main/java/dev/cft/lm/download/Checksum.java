package dev.cft.lm.download;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// What a file's ETag promises about its content: SHA-256 for large files, git's SHA-1 of a blob
/// for the others.
final class Checksum {
  private Checksum() {}

  /// The hash that the file should have been named with, or empty where the name is no hash.
  static Optional<String> of(Path file, String etag) throws IOException {
    if (etag.matches("[0-9a-f]{64}")) {
      return Optional.of(hash("SHA-256", file, ""));
    }
    if (etag.matches("[0-9a-f]{40}")) {
      return Optional.of(hash("SHA-1", file, "blob " + Files.size(file) + "\0"));
    }
    return Optional.empty();
  }

  private static String hash(String algorithm, Path file, String before) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var digest = MessageDigest.getInstance(algorithm);
      digest.update(before.getBytes(StandardCharsets.US_ASCII));
      var block = new byte[1 << 16];
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        digest.update(block, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has " + algorithm, e);
    }
  }
}
