package dev.cft.trainer.trainingsets;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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
/// @param firstCutTargets the first rows of which some or all of the target is lost, by their
///   places in the source, from 1
public record TrainingSet(
    long rows,
    Map<String, Long> left,
    String sha256,
    long tokens,
    long targetTokens,
    int longest,
    long cut,
    long cutTargets,
    long withoutTarget,
    List<Long> firstCutTargets) {
  /// Rows named, our choice: enough to look at.
  static final int MOST_NAMED = 20;

  /// Sets that earlier versions wrote name no rows.
  public TrainingSet {
    left = Map.copyOf(left);
    firstCutTargets = firstCutTargets == null ? List.of() : List.copyOf(firstCutTargets);
  }

  /// The first rows of which some of the target is lost, for a message; empty where there are none.
  public String cutTargetsInWords() {
    if (firstCutTargets.isEmpty()) {
      return "";
    }
    String more = cutTargets + withoutTarget > firstCutTargets.size() ? ", …" : "";
    return firstCutTargets.stream().map(Object::toString).collect(Collectors.joining(", ")) + more;
  }

  /// Rows read, whether taken or not.
  public long read() {
    return rows + withoutTarget + left.values().stream().mapToLong(Long::longValue).sum();
  }
}
