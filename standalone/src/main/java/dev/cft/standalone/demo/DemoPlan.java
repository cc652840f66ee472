package dev.cft.standalone.demo;

import dev.cft.store.StoreJson;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The experiment that the demo asks for.
///
/// @param model what every arm starts from
/// @param trainRows rows of each trained arm; the verified arm's are the first so many right ones
/// @param maxTokens of a response
/// @param hyperparameters of every arm
record DemoPlan(
    String model, int seeds, int trainRows, int maxTokens, Hyperparameters hyperparameters) {
  /// The same for every arm; chosen on the dev problems (docs/experiments.md).
  record Hyperparameters(
      double nEpochs,
      int batchSize,
      int microBatchSize,
      double learningRate,
      String lrSchedulerType,
      int warmupSteps,
      double weightDecay,
      double adamBeta2,
      int cutoffLen) {
    /// For the shipped model and problems.
    static final Hyperparameters SHIPPED =
        new Hyperparameters(2, 32, 32, 3e-4, "cosine", 10, 0.01, 0.98, 512);

    /// For the user's rows, which may be long.
    static final Hyperparameters OWN_ROWS =
        new Hyperparameters(2, 32, 4, 3e-4, "cosine", 10, 0.01, 0.98, 2048);
  }

  private record Arm(String name, @Nullable Method method) {}

  private record Method(
      String type, @Nullable String rows, int maxRows, Hyperparameters hyperparameters) {}

  private record Responses(int n, double temperature, double topP, int maxTokens) {}

  private record Critiques(String teacher) {}

  private record Evaluation(double temperature, int maxTokens) {}

  /// The request.
  ObjectNode request(String name, String input, String eval, boolean sample) {
    var json = StoreJson.mapper().createObjectNode().put("name", name).put("input", input);
    json.put("base_model", model);
    if (sample) {
      json.set("responses", StoreJson.object(new Responses(1, 1, 1, maxTokens)));
    }
    json.set("critiques", StoreJson.object(new Critiques("arithmetic")));
    json.set("arms", StoreJson.mapper().valueToTree(arms()));
    json.putArray("evals").add(eval);
    json.set("seeds", StoreJson.mapper().valueToTree(LongStream.rangeClosed(1, seeds).toArray()));
    json.set("evaluation", StoreJson.object(new Evaluation(0, maxTokens)));
    return json;
  }

  private List<Arm> arms() {
    return List.of(
        new Arm("base", null),
        new Arm("sft-noisy", new Method("supervised", "all", trainRows, hyperparameters)),
        new Arm("sft-verified", new Method("supervised", "verified", trainRows, hyperparameters)),
        new Arm("cft", new Method("critique", null, trainRows, hyperparameters)));
  }
}
