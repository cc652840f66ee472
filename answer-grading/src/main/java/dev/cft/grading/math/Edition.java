package dev.cft.grading.math;

/// The published versions of the comparison. A version's verdicts never change: whatever a newer
/// one does otherwise asks here.
public enum Edition {
  /// `robust@1`.
  FIRST,
  /// `robust@2`: a decimal may be an exact value rounded; integrals, limits, derivatives and sums
  /// are read with their scope and decided by computer algebra; an exclamation mark that ends an
  /// answer in prose may be the sentence's; values are compared at points far from 0 too.
  SECOND;

  boolean acceptsRounding() {
    return this == SECOND;
  }

  boolean asksAlgebra() {
    return this == SECOND;
  }

  /// What cannot be evaluated is undecided in an equation too.
  boolean doubtsRelations() {
    return this == SECOND;
  }

  boolean looksFar() {
    return this == SECOND;
  }

  boolean readsExclamations() {
    return this == SECOND;
  }

  boolean readsScopes() {
    return this == SECOND;
  }
}
