package dev.cft.grading.math;

/// The published versions of the comparison. A version's verdicts never change: whatever a newer
/// one does otherwise asks here.
public enum Edition {
  /// `robust@1`.
  FIRST,
  /// `robust@2`: a decimal may be an exact value rounded.
  SECOND;

  boolean acceptsRounding() {
    return this == SECOND;
  }
}
