package dev.cft.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A SHA-256 in the making; every hash in the store is its lower-case hex.
public final class Sha256 {
  private final MessageDigest digest;

  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// The hash of a text's UTF-8 bytes.
  public static String of(String text) {
    return new Sha256().add(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  /// Adds bytes.
  public Sha256 add(byte[] bytes) {
    digest.update(bytes);
    return this;
  }

  /// The digest that streams update.
  public MessageDigest digest() {
    return digest;
  }

  /// The hash; to be called once.
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
