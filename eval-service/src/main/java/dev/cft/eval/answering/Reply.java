package dev.cft.eval.answering;

import dev.cft.eval.endpoints.Completion;

/// What came of one question.
public sealed interface Reply {
  /// An answer.
  ///
  /// @param finish `stop`, `length` or what the endpoint says
  /// @param reused whether it was generated earlier
  record Text(String text, String finish, int promptTokens, int completionTokens, boolean reused)
      implements Reply {
    static Text of(Completion completion) {
      return new Text(
          completion.text(),
          completion.finish(),
          completion.promptTokens(),
          completion.completionTokens(),
          false);
    }

    /// The finish of an answer that reached the token limit.
    public static final String LENGTH = "length";
  }

  /// No answer to this question; others may go on.
  ///
  /// @param code short and stable
  record Failure(String code, String message) implements Reply {}
}
