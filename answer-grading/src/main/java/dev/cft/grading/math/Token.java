package dev.cft.grading.math;

/// A piece of an answer.
///
/// @param text the digits, the letter, the command's name, the sign or the words
/// @param spaced white space stood before it
record Token(Kind kind, String text, boolean spaced) {
  enum Kind {
    /// Digits, perhaps with a decimal point; separators are gone.
    NUMBER,
    /// One letter: a variable.
    LETTER,
    /// A LaTeX command or a known function's name, without the backslash.
    COMMAND,
    /// An operator, a bracket, a separator.
    SIGN,
    /// A word or a phrase, in lower case.
    WORDS,
    /// `\begin{…}` and `\end{…}` with the environment's name.
    BEGIN,
    END_ENV,
    /// `and`, `or`.
    CONNECTIVE,
    END
  }

  boolean is(Kind kind, String text) {
    return this.kind == kind && this.text.equals(text);
  }

  boolean isSign(String sign) {
    return is(Kind.SIGN, sign);
  }

  boolean isCommand(String name) {
    return is(Kind.COMMAND, name);
  }
}
