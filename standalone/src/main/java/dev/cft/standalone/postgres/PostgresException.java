package dev.cft.standalone.postgres;

import org.jspecify.annotations.Nullable;

/// The embedded Postgres could not be unpacked, started or stopped.
public final class PostgresException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PostgresException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  PostgresException(String message) {
    super(message);
  }
}
