package dev.cft.lm.jinja;

/// Python's `None`.
enum None {
  NONE;

  /// Java's null as a template sees it.
  static Object orValue(@org.jspecify.annotations.Nullable Object value) {
    return value == null ? NONE : value;
  }
}
