package dev.cft.eval.endpoints;

import java.time.Duration;

/// Why an endpoint gave no answer, by what can be done about it.
public abstract sealed class EndpointException extends RuntimeException {
  private EndpointException(String message) {
    super(message);
  }

  /// This call will never work; others may.
  public static final class Rejected extends EndpointException {
    private final String code;

    Rejected(String code, String message) {
      super(message);
      this.code = code;
    }

    /// Short and stable.
    public String code() {
      return code;
    }
  }

  /// No answer or a server error after the last attempt: the same call may work later.
  public static final class Unavailable extends EndpointException {
    private final Duration rest;

    Unavailable(String message, Duration rest) {
      super(message);
      this.rest = rest;
    }

    /// How long it should be left alone.
    public Duration rest() {
      return rest;
    }
  }

  /// Wrong key, model or address, or nothing left to pay with: every call fails until an operator
  /// acts.
  public static final class Refused extends EndpointException {
    Refused(String message) {
      super(message);
    }
  }
}
