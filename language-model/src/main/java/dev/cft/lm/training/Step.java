package dev.cft.lm.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.cft.lm.Decoder;
import java.util.ArrayList;
import java.util.List;

/// Loss and gradients of a decoder, summed over the micro-batches of a step.
final class Step {
  private final Decoder decoder;
  private final NDArray headGradient;

  Step(Decoder decoder) {
    this.decoder = decoder;
    int head = decoder.config().tied() ? 0 : 2;
    this.headGradient =
        decoder.call(decoder.manager(), "zeros_like", decoder.weights().get(head)).getFirst();
    for (int i = 0; i < decoder.weights().size(); i++) {
      // The output layer's gradient is made with the loss; when it is no embedding, autograd has no
      // part in it.
      decoder.weights().get(i).setRequiresGradient(i != 2 || decoder.config().tied());
    }
  }

  /// Adds a micro-batch's gradients, with the loss divided by `trainedTokens` of the whole step.
  ///
  /// @return its part of the mean loss
  double add(MicroBatch batch, int trainedTokens) {
    try (var scope = decoder.manager().newSubManager();
        var collector = Engine.getInstance().newGradientCollector()) {
      var results =
          decoder.call(
              scope,
              "loss",
              inputs(scope, batch),
              scope.create(batch.positions()),
              scope.create(batch.targets()),
              scope.create(1f / trainedTokens),
              decoder.cos(batch.width()),
              decoder.sin(batch.width()),
              headGradient,
              decoder.weights());
      collector.backward(results.get(0));
      return results.get(1).getDouble() / trainedTokens;
    }
  }

  /// The summed loss of a micro-batch, without gradients.
  double evaluate(MicroBatch batch) {
    try (var scope = decoder.manager().newSubManager()) {
      return decoder
          .call(
              scope,
              "evaluate",
              inputs(scope, batch),
              scope.create(batch.positions()),
              scope.create(batch.targets()),
              decoder.cos(batch.width()),
              decoder.sin(batch.width()),
              decoder.weights())
          .getFirst()
          .getDouble();
    }
  }

  private static NDArray inputs(NDManager scope, MicroBatch batch) {
    return scope.create(batch.inputs(), new Shape(batch.rows().size(), batch.width()));
  }

  /// The gradients in the order of the weights; to be called after `finish`.
  List<NDArray> gradients(NDManager scope) {
    var gradients = new ArrayList<NDArray>();
    for (var weight : decoder.weights()) {
      boolean head = gradients.size() == 2 && !decoder.config().tied();
      var gradient = head ? headGradient : weight.getGradient();
      if (!head) {
        gradient.attach(scope);
      }
      gradients.add(gradient);
    }
    return gradients;
  }

  /// Completes the gradients. -> their norm.
  NDArray finish(NDManager scope, List<NDArray> gradients) {
    if (decoder.config().tied()) {
      decoder.call(scope, "add", gradients.getFirst(), headGradient);
    }
    return decoder.call(scope, "gradient_norm", gradients).getFirst();
  }

  /// Zeroes the gradients for the next step.
  void clear(NDManager scope, List<NDArray> gradients) {
    var all = new ArrayList<>(gradients);
    if (decoder.config().tied()) {
      all.add(headGradient);
    }
    decoder.call(scope, "zero", all);
  }
}
