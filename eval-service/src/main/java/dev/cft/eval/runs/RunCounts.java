package dev.cft.eval.runs;

import dev.cft.eval.statistics.Proportion;
import java.util.Optional;

/// How a run's items ended so far.
///
/// @param total all items of the run, done or not
/// @param errored could not be generated; not in the accuracy
/// @param truncated of all generated, those that reached the token limit
/// @param noAnswer of the failed, those without any answer
/// @param undecided of the failed, those whose answer could not be compared
/// @param disputed of all judged, those that one grader calls right and another does not
public record RunCounts(
    long total,
    long errored,
    long failed,
    long passed,
    long truncated,
    long noAnswer,
    long undecided,
    long disputed,
    long promptTokens,
    long completionTokens) {
  /// Items that are done.
  public long done() {
    return errored + failed + passed;
  }

  /// Passed among those that were generated; empty while there are none.
  public Optional<Proportion> accuracy() {
    var generated = failed + passed;
    return generated == 0 ? Optional.empty() : Optional.of(new Proportion(passed, generated));
  }
}
