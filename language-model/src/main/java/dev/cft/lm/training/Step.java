package dev.cft.lm.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.cft.lm.Decoder;
import java.util.List;

/// Loss and gradients of a decoder, summed over the micro-batches of a step.
final class Step {
  private final Trainee trainee;
  private final Decoder decoder;
  private final List<NDArray> adapters;
  private final List<NDArray> adapterGradients;
  private boolean first = true;

  Step(Trainee trainee) {
    this.trainee = trainee;
    this.decoder = trainee.decoder();
    this.adapters =
        trainee.adapters().map(Adapters::arrays).orElseGet(() -> List.of(trainee.placeholder()));
    this.adapterGradients =
        trainee.adapters().map(Adapters::gradients).orElseGet(() -> List.of(trainee.placeholder()));
  }

  /// Adds a micro-batch's gradients, with the loss divided by the labels of the whole step.
  ///
  /// @param seed of the adapters' dropout
  /// @return its part of the mean loss
  double add(MicroBatch batch, int labels, int seed) {
    try (var scope = trainee.manager().newSubManager()) {
      var loss =
          trainee
              .call(
                  scope,
                  "backward",
                  scope.create(batch.inputs()),
                  scope.create(batch.positions()),
                  scope.create(batch.lengths()),
                  scope.create(batch.predicting()),
                  scope.create(batch.targets()),
                  scope.create(1f / labels),
                  scope.create(first ? 1f : 0f),
                  scope.create((long) seed),
                  decoder.cos(batch.width()),
                  decoder.sin(batch.width()),
                  trainee.weights(),
                  trainee.gradients(),
                  adapters,
                  adapterGradients)
              .getFirst();
      first = false;
      return loss.getDouble() / labels;
    }
  }

  /// The summed loss of a micro-batch, without gradients.
  double evaluate(MicroBatch batch) {
    try (var scope = trainee.manager().newSubManager()) {
      return trainee
          .call(
              scope,
              "loss",
              scope.create(batch.inputs()),
              scope.create(batch.positions()),
              scope.create(batch.lengths()),
              scope.create(batch.predicting()),
              scope.create(batch.targets()),
              decoder.cos(batch.width()),
              decoder.sin(batch.width()),
              trainee.weights(),
              adapters)
          .getFirst()
          .getDouble();
    }
  }

  /// The norm of all gradients of the step.
  float norm() {
    try (NDManager scope = trainee.manager().newSubManager()) {
      var gradients = trainee.trained().stream().map(Trained::gradient).toList();
      return trainee.call(scope, "gradient_norm", gradients).getFirst().getFloat();
    }
  }

  /// The next micro-batch starts a new step.
  void next() {
    first = true;
  }
}
