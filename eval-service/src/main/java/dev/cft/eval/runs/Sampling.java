package dev.cft.eval.runs;

import dev.cft.eval.evals.EvalProfile;
import dev.cft.eval.requests.Fields;
import dev.cft.store.specs.EvaluationSpec;
import java.util.List;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// How answers are sampled. Greedy unless asked otherwise, so that a score can be had again.
record Sampling(double temperature, int maxTokens, double topP, long seed, List<String> stop) {
  /// Tokens of an answer where neither request nor benchmark names any (our choice; the longest
  /// GSM8K solutions fit).
  static final int MAX_TOKENS = 512;

  Sampling {
    stop = List.copyOf(stop);
  }

  static Sampling greedy(EvalProfile profile) {
    return new Sampling(0, maxTokens(profile), 1, 0, profile.stop());
  }

  private static int maxTokens(EvalProfile profile) {
    return profile.maxTokens() == null ? MAX_TOKENS : profile.maxTokens();
  }

  static Sampling read(Fields fields, EvalProfile profile) {
    var maxTokens = fields.integer("max_tokens", 1, 1_000_000);
    var maxCompletionTokens = fields.integer("max_completion_tokens", 1, 1_000_000);
    if (maxTokens != null && maxCompletionTokens != null) {
      fields.fault("max_tokens", "goes with no max_completion_tokens; give one of them");
    }
    var seed = fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    var most = maxCompletionTokens != null ? maxCompletionTokens : maxTokens;
    return new Sampling(
        fields.number("temperature", 0, 2, 0),
        most == null ? maxTokens(profile) : most,
        fields.number("top_p", 1e-6, 1, 1),
        seed == null ? 0 : seed,
        fields.raw("stop") == null ? profile.stop() : fields.stops("stop"));
  }

  Sampling at(double otherTemperature) {
    return new Sampling(otherTemperature, maxTokens, topP, seed, stop);
  }

  static ObjectNode json(EvaluationSpec spec, double topP) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("temperature", spec.temperature())
        .put("max_completion_tokens", spec.maxTokens())
        .put("top_p", topP)
        .put("seed", spec.seed());
  }
}
