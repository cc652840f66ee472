package dev.cft.lm.training;

import java.util.OptionalDouble;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// How far a run is: what a checkpoint remembers beside weights and moments.
///
/// @param step steps done
/// @param trainedTokens tokens with a loss, over all steps
/// @param lossSum sum of the steps' losses
/// @param seconds time spent, over all attempts
/// @param fingerprint what the run depends on; another one cannot resume it
/// @param evalLoss loss of the evaluation rows, if it was taken at this step
record Progress(
    int step,
    long trainedTokens,
    double lossSum,
    double seconds,
    String fingerprint,
    OptionalDouble evalLoss) {
  static final String FILE = "trainer_state.json";
  private static final JsonMapper MAPPER = new JsonMapper();

  static Progress start(String fingerprint) {
    return new Progress(0, 0, 0, 0, fingerprint, OptionalDouble.empty());
  }

  Progress after(double loss, int tokens, double moreSeconds) {
    return new Progress(
        step + 1,
        trainedTokens + tokens,
        lossSum + loss,
        seconds + moreSeconds,
        fingerprint,
        OptionalDouble.empty());
  }

  /// The same progress as the beginning of another run.
  Progress continuedAs(String otherFingerprint) {
    return new Progress(
        step, trainedTokens, lossSum, seconds, otherFingerprint, OptionalDouble.empty());
  }

  Progress evaluated(double loss) {
    return new Progress(
        step, trainedTokens, lossSum, seconds, fingerprint, OptionalDouble.of(loss));
  }

  double meanLoss() {
    return step == 0 ? 0 : lossSum / step;
  }

  ObjectNode json() {
    var json =
        MAPPER
            .createObjectNode()
            .put("global_step", step)
            .put("trained_tokens", trainedTokens)
            .put("loss_sum", lossSum)
            .put("seconds", seconds)
            .put("fingerprint", fingerprint);
    evalLoss.ifPresent(loss -> json.put("eval_loss", loss));
    return json;
  }

  static Progress of(tools.jackson.databind.JsonNode json) {
    return new Progress(
        json.required("global_step").intValue(),
        json.required("trained_tokens").longValue(),
        json.required("loss_sum").doubleValue(),
        json.required("seconds").doubleValue(),
        json.required("fingerprint").stringValue(),
        json.path("eval_loss").asDoubleOpt());
  }
}
