package dev.cft.eval.comparisons;

import dev.cft.eval.requests.Fields;

/// When a candidate may take a baseline's place.
///
/// @param leastGain what the difference, candidate minus baseline, must reach: negative for a loss
///   that is put up with
/// @param confidence of the interval of the difference, 0 to 1
/// @param leastItems pairs without which nothing is decided
/// @param mostErrors share of samples of either run that may have errored
record Policy(double leastGain, double confidence, int leastItems, double mostErrors) {
  /// No loss beyond two points (our choice: about the noise of 2,000 items).
  static final Policy USUAL = new Policy(-0.02, 0.95, 30, 0.02);

  static Policy read(Fields fields) {
    var read =
        new Policy(
            fields.number("min_difference", -1, 1, USUAL.leastGain),
            fields.number("confidence", 0.5, 0.999, USUAL.confidence),
            fields.integer("min_items", 1, Integer.MAX_VALUE, USUAL.leastItems),
            fields.number("max_error_share", 0, 1, USUAL.mostErrors));
    fields.refuseOthers();
    return read;
  }
}
