package dev.cft.lm.torch;

/// A device that cannot be used: the message says what it lacks and what to do.
public final class DeviceException extends RuntimeException {
  DeviceException(String message) {
    super(message);
  }

  DeviceException(String message, Throwable cause) {
    super(message, cause);
  }
}
