package dev.cft.critiques.teachers;

import dev.cft.critiques.limits.Spend;
import java.util.OptionalLong;

/// What a call to a teacher will take, learned from what calls took: the estimate is what is
/// reserved of its limits, so its mean must be right and its single values need not be.
final class TokenForecast {
  /// Tokens of a critique where the teacher has not been asked yet: the released 50K set's 4.5 kB a
  /// row, less question and solution, at 4 characters a token (our reading of `cft-paper.md`).
  static final long USUAL_COMPLETION = 600;

  /// Weight of the newest call (our choice: a change is followed within some fifty calls).
  private static final double NEWEST = 0.04;

  private double promptFactor = 1;
  private double completion;
  private double most;

  TokenForecast(long maxTokens) {
    this.most = maxTokens;
    this.completion = Math.min(USUAL_COMPLETION, maxTokens);
  }

  /// Begins with what earlier calls took on average.
  synchronized void begin(OptionalLong meanCompletion) {
    meanCompletion.ifPresent(mean -> completion = Math.min((double) mean, most));
  }

  /// @param promptTokens as we estimate them
  synchronized Spend of(long promptTokens) {
    return Spend.call(promptTokens * promptFactor, completion);
  }

  synchronized void learn(long promptTokens, Usage used) {
    if (used.totalTokens() > 0) {
      promptFactor += NEWEST * (used.promptTokens() / (double) promptTokens - promptFactor);
      completion += NEWEST * (used.completionTokens() - completion);
    }
  }
}
