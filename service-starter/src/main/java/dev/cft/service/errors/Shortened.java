package dev.cft.service.errors;

/// Text from a client, short enough for a message.
final class Shortened {
  private static final int MOST = 200;

  private Shortened() {}

  static String of(String text) {
    return text.length() <= MOST ? text : text.substring(0, MOST) + "…";
  }
}
