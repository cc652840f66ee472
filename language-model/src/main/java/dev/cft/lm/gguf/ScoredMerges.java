package dev.cft.lm.gguf;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The merges of a SentencePiece BPE vocabulary: SentencePiece joins the pair whose whole has the
/// best score, which is the order of merges that a `tokenizer.json` wants.
final class ScoredMerges {
  /// @param rank lower is joined first
  record Merge(String left, String right, double rank, int leftId, int rightId) {}

  private final List<String> tokens;
  private final List<?> scores;

  ScoredMerges(List<String> tokens, List<?> scores) {
    this.tokens = tokens;
    this.scores = scores;
  }

  List<Merge> all() {
    Map<String, Integer> ids = new HashMap<>();
    for (int i = 0; i < tokens.size(); i++) {
      ids.putIfAbsent(tokens.get(i), i);
    }
    var merges = new ArrayList<Merge>();
    for (int i = 0; i < tokens.size(); i++) {
      var whole = tokens.get(i);
      double rank = i < scores.size() && scores.get(i) instanceof Double score ? -score : i;
      for (int cut = whole.offsetByCodePoints(0, whole.isEmpty() ? 0 : 1);
          cut < whole.length();
          cut = whole.offsetByCodePoints(cut, 1)) {
        var left = ids.get(whole.substring(0, cut));
        var right = ids.get(whole.substring(cut));
        if (left != null && right != null) {
          merges.add(new Merge(whole.substring(0, cut), whole.substring(cut), rank, left, right));
        }
      }
    }
    merges.sort(
        Comparator.comparingDouble(Merge::rank)
            .thenComparingInt(Merge::leftId)
            .thenComparingInt(Merge::rightId));
    return merges;
  }
}
