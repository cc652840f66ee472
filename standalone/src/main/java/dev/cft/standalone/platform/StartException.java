package dev.cft.standalone.platform;

/// The platform cannot be started as asked, and the user can do something about it; nothing was
/// left running.
public final class StartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StartException(String message) {
    super(message);
  }
}
