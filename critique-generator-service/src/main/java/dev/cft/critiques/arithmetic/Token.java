package dev.cft.critiques.arithmetic;

/// A piece of a line of a solution.
///
/// @param text as written, for numbers without thousands separators
/// @param start place in the line
/// @param end place after its last character
record Token(Kind kind, String text, int start, int end) {
  /// What a piece can be.
  enum Kind {
    NUMBER,
    PERCENT,
    PLUS,
    MINUS,
    TIMES,
    OVER,
    POWER,
    OPEN,
    CLOSE,
    EQUALS,
    /// `≈`
    ABOUT,
    /// A unit or other prose.
    WORD,
    /// Ends an expression: a full stop, a comma.
    BREAK,
    /// Something that changes a value in a way that is not read here: a variable, a root,
    /// `million`.
    UNREADABLE;

    boolean isOperator() {
      return switch (this) {
        case PLUS, MINUS, TIMES, OVER, POWER -> true;
        case NUMBER, PERCENT, OPEN, CLOSE, EQUALS, ABOUT, WORD, BREAK, UNREADABLE -> false;
      };
    }

    boolean isEquals() {
      return this == EQUALS || this == ABOUT;
    }
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean isWord(String wanted) {
    return kind == Kind.WORD && text.equalsIgnoreCase(wanted);
  }
}
