package dev.cft.standalone.demo;

/// The user's file cannot be used; the message names its lines and fields. Nothing was started or
/// stored.
public final class BadRowsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BadRowsException(String message) {
    super(message);
  }
}
