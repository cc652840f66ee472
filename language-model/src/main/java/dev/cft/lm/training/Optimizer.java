package dev.cft.lm.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.cft.lm.Decoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// AdamW (arXiv 1711.05101) with gradient clipping over all parameters of a decoder.
final class Optimizer {
  private final Decoder decoder;
  private final TrainingSpec.Descent spec;
  private final List<NDArray> mean;
  private final List<NDArray> variance;
  private final List<NDArray> steps = new ArrayList<>();

  Optimizer(Decoder decoder, TrainingSpec.Descent spec) {
    this.decoder = decoder;
    this.spec = spec;
    this.mean = zeros();
    this.variance = zeros();
    decoder.weights().forEach(_ -> steps.add(decoder.manager().create(0f)));
  }

  private List<NDArray> zeros() {
    return decoder.weights().stream()
        .map(weight -> decoder.call(decoder.manager(), "zeros_like", weight).getFirst())
        .toList();
  }

  /// First moments, in the order of the weights.
  List<NDArray> mean() {
    return mean;
  }

  /// Second moments, in the order of the weights.
  List<NDArray> variance() {
    return variance;
  }

  /// Takes the state of one weight over that was saved after `step` steps.
  void restore(int index, int step, ByteBuffer savedMean, ByteBuffer savedVariance) {
    mean.get(index).set(savedMean);
    variance.get(index).set(savedVariance);
    steps.get(index).set(new float[] {step});
  }

  /// Clips the gradients, moves the weights against them, and zeroes them.
  void step(NDManager scope, double rate, NDArray norm, List<NDArray> gradients) {
    if (spec.maxGradientNorm() > 0) {
      decoder.call(scope, "clip", norm, scope.create((float) spec.maxGradientNorm()), gradients);
    }
    descend(scope, rate, spec.weightDecay(), true, gradients);
    descend(scope, rate, 0, false, gradients);
  }

  private void descend(
      NDManager scope, double rate, double decay, boolean decayed, List<NDArray> gradients) {
    var hyper =
        scope.create(new double[] {rate, spec.beta1(), spec.beta2(), spec.epsilon(), decay});
    decoder.call(
        scope,
        "adamw",
        hyper,
        chosen(decoder.weights(), decayed),
        chosen(gradients, decayed),
        chosen(mean, decayed),
        chosen(variance, decayed),
        chosen(steps, decayed));
  }

  private List<NDArray> chosen(List<NDArray> arrays, boolean decayed) {
    var chosen = new ArrayList<NDArray>();
    for (int i = 0; i < arrays.size(); i++) {
      if (decoder.layout().get(i).decayed() == decayed) {
        chosen.add(arrays.get(i));
      }
    }
    return chosen;
  }
}
