package dev.cft.eval.comparisons;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Two runs on the same items. Shares and differences are candidate minus baseline.
///
/// @param items pairs: items that both runs generated
/// @param difference mean over items of candidate's minus baseline's score
/// @param warnings what else differs between the runs than the model
@JsonInclude(JsonInclude.Include.ALWAYS)
record Comparison(
    String object,
    Side baseline,
    Side candidate,
    long items,
    @Nullable Pairs pairs,
    double difference,
    double ciLow,
    double ciHigh,
    double confidence,
    List<String> warnings,
    @Nullable Gate gate) {
  /// One run.
  ///
  /// @param score mean over the pairs
  /// @param errorShare of its samples
  record Side(String run, String eval, String model, double score, double errorShare) {}

  /// How often the two agree, item by item; null where a run has several samples of an item.
  ///
  /// @param mcnemarP two-sided, exact
  /// @param gained places of the items that only the candidate got right, the first hundred
  /// @param lost those that only the baseline got right
  record Pairs(
      long bothRight,
      long onlyCandidate,
      long onlyBaseline,
      long bothWrong,
      double mcnemarP,
      List<Long> gained,
      List<Long> lost) {}

  /// What a policy says.
  ///
  /// @param decision `go`, `no-go` or `inconclusive`
  record Gate(String decision, String reason, Policy policy) {}
}
