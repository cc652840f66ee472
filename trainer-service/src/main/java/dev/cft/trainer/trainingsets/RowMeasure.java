package dev.cft.trainer.trainingsets;

/// Measures rows in a model's tokens.
@FunctionalInterface
public interface RowMeasure {
  /// Measures a row.
  ///
  /// @throws IllegalArgumentException the model's chat template refuses the conversation
  Lengths of(TrainingRow row);

  /// A row's tokens, before and after it is cut to the cutoff length.
  ///
  /// @param tokens of the whole row
  /// @param target tokens that are trained
  /// @param keptTokens of the whole row after cutting
  /// @param keptTarget tokens that are trained after cutting
  record Lengths(int tokens, int target, int keptTokens, int keptTarget) {
    boolean isCut() {
      return keptTokens < tokens;
    }

    boolean losesTarget() {
      return keptTarget < target;
    }
  }
}
