package dev.cft.critiques.limits;

import java.time.Duration;

/// The teacher was not asked.
public abstract sealed class NoTurnException extends RuntimeException {
  private NoTurnException(String message) {
    super(message);
  }

  /// The provider wants to be left alone for longer than anyone is held.
  public static final class Paused extends NoTurnException {
    private final Duration left;

    Paused(Duration left) {
      super("the next call may be made in %d s".formatted(left.toSeconds()));
      this.left = left;
    }

    /// How long it is still to be left alone.
    public Duration left() {
      return left;
    }
  }

  /// The asker no longer wants to.
  public static final class Withdrawn extends NoTurnException {
    Withdrawn(Asker asker) {
      super("%s asks no more".formatted(asker));
    }
  }
}
