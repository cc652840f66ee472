package dev.cft.lm.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.cft.lm.Parameter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// AdamW (arXiv 1711.05101) with gradient clipping over all that is trained.
final class Optimizer {
  /// An array of the optimiser's, saved under `prefix` and the parameter's names.
  record State(String prefix, Parameter parameter, NDArray array) {}

  /// A trained array with what the optimiser remembers of it; `carry` is a placeholder unless the
  /// weight is rounded.
  private record Moments(
      Trained trained, NDArray mean, NDArray variance, NDArray carry, NDArray step) {}

  private final Trainee trainee;
  private final TrainingSpec.Descent spec;
  private final List<Moments> all = new ArrayList<>();

  Optimizer(Trainee trainee, TrainingSpec.Descent spec) {
    this.trainee = trainee;
    this.spec = spec;
    for (var trained : trainee.trained()) {
      var weight = trained.weight();
      all.add(
          new Moments(
              trained,
              trainee.one("zeros_like", weight),
              trainee.one("zeros_like_fp32", weight),
              trained.rounded() ? trainee.one("zeros_like", weight) : trainee.placeholder(),
              trainee.manager().create(0f)));
    }
  }

  /// What a checkpoint must hold to go on.
  List<State> state() {
    var state = new ArrayList<State>();
    for (var moments : all) {
      var parameter = moments.trained().parameter();
      state.add(new State("exp_avg.", parameter, moments.mean()));
      state.add(new State("exp_avg_sq.", parameter, moments.variance()));
      if (moments.trained().rounded()) {
        state.add(new State("carry.", parameter, moments.carry()));
      }
    }
    return state;
  }

  /// Takes over what was saved after `step` steps, as little-endian floats.
  void restore(int step, Function<State, ByteBuffer> saved) {
    for (var part : state()) {
      try (var floats = trainee.decoder().array(part.parameter(), saved.apply(part))) {
        trainee.one("assign", part.array(), floats).close();
      }
    }
    all.forEach(moments -> moments.step().set(new float[] {step}));
  }

  /// Clips the gradients to the longest norm and moves the weights against them.
  ///
  /// @param norm of all gradients together
  void step(double rate, float norm) {
    try (var scope = trainee.manager().newSubManager()) {
      for (boolean rounded : new boolean[] {false, true}) {
        descend(scope, rate, norm, rounded);
      }
      renewCopies(scope);
    }
  }

  private void descend(NDManager scope, double rate, float norm, boolean rounded) {
    for (boolean decayed : new boolean[] {true, false}) {
      var group =
          all.stream()
              .filter(moments -> moments.trained().rounded() == rounded)
              .filter(moments -> moments.trained().parameter().decayed() == decayed)
              .toList();
      if (!group.isEmpty()) {
        descend(scope, rate, divisor(norm), group);
      }
    }
  }

  /// What gradients are divided by, as torch.nn.utils.clip_grad_norm_ does it.
  private float divisor(float norm) {
    return spec.maxGradientNorm() > 0
        ? (float) Math.max(1, (norm + 1e-6) / spec.maxGradientNorm())
        : 1;
  }

  private void descend(NDManager scope, double rate, float divisor, List<Moments> group) {
    var first = group.getFirst().trained();
    double decay = first.parameter().decayed() ? spec.weightDecay() : 0;
    var hyper =
        scope.create(new double[] {rate, spec.beta1(), spec.beta2(), spec.epsilon(), decay});
    trainee.call(
        scope,
        first.rounded() ? "adamw_rounded" : "adamw",
        hyper,
        scope.create(divisor),
        arrays(group, moments -> moments.trained().weight()),
        arrays(group, moments -> moments.trained().gradient()),
        arrays(group, Moments::mean),
        arrays(group, Moments::variance),
        arrays(group, Moments::carry),
        arrays(group, Moments::step));
  }

  private void renewCopies(NDManager scope) {
    for (var trained : trainee.trained()) {
      trained.copy().ifPresent(copy -> trainee.call(scope, "assign", copy, trained.weight()));
    }
  }

  private static List<NDArray> arrays(List<Moments> group, Function<Moments, NDArray> part) {
    return group.stream().map(part).toList();
  }
}
