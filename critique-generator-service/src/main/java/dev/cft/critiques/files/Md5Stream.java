package dev.cft.critiques.files;

import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Computes the MD5 that OpenAI's clients may name of what is read.
final class Md5Stream extends DigestInputStream {
  Md5Stream(InputStream content) {
    super(content, digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }

  /// Of all that was read; to be called once.
  String hex() {
    return HexFormat.of().formatHex(getMessageDigest().digest());
  }
}
