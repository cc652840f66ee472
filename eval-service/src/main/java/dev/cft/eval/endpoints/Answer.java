package dev.cft.eval.endpoints;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What one attempt came to.
sealed interface Answer {
  /// It is there.
  record Done(Completion completion) implements Answer {}

  /// Another attempt may work.
  ///
  /// @param after how long the endpoint asks to wait; null where it does not say
  /// @param isTheCallsFault whether the endpoint is well and only this answer was no good
  record Again(String message, @Nullable Duration after, boolean isTheCallsFault)
      implements Answer {}

  /// No attempt will.
  record Final(EndpointException why) implements Answer {}
}
