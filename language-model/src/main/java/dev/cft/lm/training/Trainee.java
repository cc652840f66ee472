package dev.cft.lm.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.cft.lm.Decoder;
import dev.cft.lm.Parameter;
import dev.cft.lm.torch.ScriptModule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A decoder in training: the script of a training step and the arrays it works on, in the types
/// that the run asked for.
final class Trainee implements AutoCloseable {
  /// How a decoder is trained.
  ///
  /// @param recompute keep only each layer's input and compute the rest of it again on the way back
  ///   (arXiv 1604.06174)
  record Mode(MixedPrecision precision, Products products, boolean recompute, Optional<Lora> lora) {
    static final Mode PLAIN = new Mode(MixedPrecision.FP32, Products.FP32, false, Optional.empty());
  }

  private final Decoder decoder;
  private final ScriptModule script;
  private final Mode mode;
  private final List<NDArray> weights = new ArrayList<>();
  private final List<NDArray> gradients = new ArrayList<>();
  private final List<Trained> trained = new ArrayList<>();
  private final Optional<Adapters> adapters;
  private final String base;

  /// Takes a decoder's fp32 weights; for [MixedPrecision#PURE_BF16] they become bf16 in their
  /// place.
  ///
  /// @param base what the model was trained from, as the adapters' config tells it
  /// @param seed of the adapters' first values
  Trainee(Decoder decoder, Mode mode, String base, long seed) {
    this.base = base;
    this.decoder = decoder;
    this.mode = mode;
    this.script =
        ScriptModule.compile(Trainee.class, "trainer.py", "Trainer", attributes(decoder, mode));
    for (int i = 0; i < decoder.layout().size(); i++) {
      addWeight(decoder.layout().get(i), i);
    }
    this.adapters = mode.lora().map(lora -> new Adapters(lora, this, seed));
    adapters.ifPresent(added -> trained.addAll(added.trained()));
    if (gradients.isEmpty()) {
      gradients.add(placeholder());
    }
  }

  private static Map<String, Object> attributes(Decoder decoder, Mode mode) {
    var attributes = new LinkedHashMap<String, Object>(Decoder.attributes(decoder.config()));
    attributes.put("intermediate", (long) decoder.config().intermediateSize());
    attributes.put("dtype", (long) mode.products().torchType());
    attributes.put("recompute", mode.recompute());
    attributes.put("rounded", List.of());
    attributes.put("full", mode.lora().isEmpty());
    attributes.put("adapted", mode.lora().isPresent());
    attributes.put("adapter_scale", mode.lora().map(Lora::scale).orElse(1.0));
    attributes.put("dropout", mode.lora().map(Lora::dropout).orElse(0.0));
    return attributes;
  }

  private void addWeight(Parameter parameter, int index) {
    var weight = decoder.weights().get(index);
    boolean full = mode.lora().isEmpty();
    boolean matrix = parameter.shape().length > 1;
    boolean rounded = matrix && isStoredRounded(full);
    boolean copied = matrix && full && isCopied();
    if (rounded) {
      var half = one("bf16", weight);
      weight.close();
      decoder.weights().set(index, half);
      weight = half;
    }
    var copy = copied ? Optional.of(one("bf16", weight)) : Optional.<NDArray>empty();
    weights.add(copy.orElse(weight));
    if (full) {
      var gradient = one("zeros_like", weight);
      gradients.add(gradient);
      trained.add(new Trained(parameter, weight, gradient, rounded, copy));
    }
  }

  /// A frozen weight needs no fp32.
  private boolean isStoredRounded(boolean full) {
    return mode.precision() == MixedPrecision.PURE_BF16
        || (!full && mode.precision() == MixedPrecision.BF16 && mode.products() == Products.BF16);
  }

  /// Where products are computed in fp32, the fp32 weights themselves serve.
  boolean isCopied() {
    return mode.precision() == MixedPrecision.BF16 && mode.products() == Products.BF16;
  }

  Decoder decoder() {
    return decoder;
  }

  Mode mode() {
    return mode;
  }

  String base() {
    return base;
  }

  /// The fp32 weight that stands for the parameter when adapters are gone: a new array.
  NDArray merged(int index) {
    var weight = decoder.weights().get(index);
    var parts = adapters.map(added -> added.of(decoder.layout().get(index))).orElse(List.of());
    if (parts.isEmpty()) {
      return one("fp32", weight);
    }
    try (var at = manager().create(parts.stream().mapToLong(Adapters.Part::row).toArray())) {
      return one(
          "merged",
          weight,
          at,
          parts.stream().map(Adapters.Part::a).toList(),
          parts.stream().map(Adapters.Part::b).toList());
    }
  }

  /// In the order of the decoder's layout, as the script computes with them.
  List<NDArray> weights() {
    return weights;
  }

  /// In the same order; one empty array if the weights are frozen.
  List<NDArray> gradients() {
    return gradients;
  }

  /// What the optimiser moves.
  List<Trained> trained() {
    return trained;
  }

  Optional<Adapters> adapters() {
    return adapters;
  }

  NDManager manager() {
    return script.manager();
  }

  /// Calls a method of `trainer.py`; the results belong to `scope`.
  List<NDArray> call(NDManager scope, String method, Object... arguments) {
    return script.infer(scope, method, arguments);
  }

  /// Calls a method with one result, which lives as long as this.
  NDArray one(String method, Object... arguments) {
    return call(manager(), method, arguments).getFirst();
  }

  /// An array of no elements: the form of a list with nothing in it.
  NDArray placeholder() {
    return manager().zeros(new ai.djl.ndarray.types.Shape(0, 1));
  }

  @Override
  public void close() {
    script.close();
  }
}
