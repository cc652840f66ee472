package dev.cft.grading.algebra;

import java.util.List;

/// What the computer algebra system made of two expressions.
public sealed interface Values {
  /// Both have closed forms.
  ///
  /// @param pairs their values at each point: first's real and imaginary part, then second's; not a
  ///   number where there is none
  record Known(List<double[]> pairs) implements Values {
    public Known {
      pairs = List.copyOf(pairs);
    }
  }

  /// It found no closed form, or had no time for it.
  record Unknown(String reason) implements Values {}
}
