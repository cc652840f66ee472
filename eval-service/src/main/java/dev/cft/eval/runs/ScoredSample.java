package dev.cft.eval.runs;

import dev.cft.eval.evals.Criterion.Judgement;
import java.util.List;

/// How one sample ended, as far as figures need it.
///
/// @param item the item's place
/// @param passed false for an error too
/// @param isError nothing was generated, or no judge could be asked
/// @param score 0 where it is an error
public record ScoredSample(
    long item, boolean passed, boolean isError, double score, List<Judgement> results) {
  public ScoredSample {
    results = List.copyOf(results);
  }
}
