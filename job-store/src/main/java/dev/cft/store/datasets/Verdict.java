package dev.cft.store.datasets;

import java.util.Locale;

/// A teacher's judgement of a response.
public enum Verdict {
  RIGHT,
  WRONG,
  /// The critique does not say.
  UNPARSED;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
