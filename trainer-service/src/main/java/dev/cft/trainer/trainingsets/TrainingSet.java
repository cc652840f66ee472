package dev.cft.trainer.trainingsets;

import java.util.Map;

/// What a training set holds, as `data/train.json` and events tell it.
///
/// @param rows written
/// @param left rows not taken, by reason
/// @param sha256 over the written file
/// @param tokens of all rows after cutting
/// @param targetTokens trained among them
/// @param longest tokens of the longest row before cutting
/// @param cut rows longer than the cutoff length
/// @param cutTargets rows of which the end of the target is lost, a critique's conclusion with it
/// @param withoutTarget rows left out because cutting leaves nothing of their target
public record TrainingSet(
    long rows,
    Map<String, Long> left,
    String sha256,
    long tokens,
    long targetTokens,
    int longest,
    long cut,
    long cutTargets,
    long withoutTarget) {
  public TrainingSet {
    left = Map.copyOf(left);
  }

  /// Rows read, whether taken or not.
  public long read() {
    return rows + withoutTarget + left.values().stream().mapToLong(Long::longValue).sum();
  }
}
