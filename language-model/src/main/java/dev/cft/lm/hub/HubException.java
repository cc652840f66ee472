package dev.cft.lm.hub;

/// A model that could not be fetched: the message says which, why, and what to do.
public final class HubException extends RuntimeException {
  HubException(String message) {
    super(message);
  }

  HubException(String message, Throwable cause) {
    super(message, cause);
  }
}
