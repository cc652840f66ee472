package dev.cft.lm.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.cft.lm.ModelConfig;
import dev.cft.lm.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// Low-rank adapters beside a frozen decoder's linear layers: for each a pair A `[rank, in]`, B
/// `[out, rank]`, fp32.
final class Adapters {
  private final Lora lora;
  private final Trainee trainee;
  private final List<NDArray> arrays = new ArrayList<>();
  private final List<NDArray> gradients = new ArrayList<>();
  private final List<Trained> trained = new ArrayList<>();

  Adapters(Lora lora, Trainee trainee, long seed) {
    this.lora = lora;
    this.trainee = trainee;
    var random = new SplittableRandom(seed);
    var config = trainee.decoder().config();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (var module : Lora.MODULES) {
        if (lora.targets().contains(module)) {
          addPair(config, layer, module, random);
        } else {
          addNothing();
          addNothing();
        }
      }
    }
  }

  private void addPair(ModelConfig config, int layer, String module, SplittableRandom random) {
    long in = inputs(config, module);
    long out = outputs(config, module);
    var name =
        "model.layers.%d.%s.%s"
            .formatted(layer, Lora.MODULES.indexOf(module) < 4 ? "self_attn" : "mlp", module);
    add(name + ".lora_A.weight", List.of((long) lora.rank(), in), uniform(random, in));
    add(name + ".lora_B.weight", List.of(out, (long) lora.rank()), () -> 0);
  }

  private interface Draw {
    float next();
  }

  /// Kaiming's uniform distribution with a = √5, as PEFT draws A: within ±1/√in.
  private static Draw uniform(SplittableRandom random, long in) {
    double bound = 1 / Math.sqrt((double) in);
    return () -> (float) random.nextDouble(-bound, bound);
  }

  private void add(String name, List<Long> shape, Draw draw) {
    var parameter = new Parameter(List.of(new Parameter.Part(name, shape)), true);
    var values = new float[Math.toIntExact(parameter.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = draw.next();
    }
    NDArray weight;
    try (var drawn = trainee.manager().create(values, new Shape(parameter.shape()))) {
      weight = trainee.one("own", drawn);
    }
    var gradient = trainee.one("zeros_like", weight);
    var copy =
        trainee.mode().products() == Products.BF16
            ? Optional.of(trainee.one("bf16", weight))
            : Optional.<NDArray>empty();
    arrays.add(copy.orElse(weight));
    gradients.add(gradient);
    trained.add(new Trained(parameter, weight, gradient, false, copy));
  }

  private void addNothing() {
    arrays.add(trainee.placeholder());
    gradients.add(trainee.placeholder());
  }

  private static long inputs(ModelConfig config, String module) {
    return switch (module) {
      case "o_proj" -> (long) config.heads() * config.headSize();
      case "down_proj" -> config.intermediateSize();
      default -> config.hiddenSize();
    };
  }

  private static long outputs(ModelConfig config, String module) {
    return switch (module) {
      case "q_proj" -> (long) config.heads() * config.headSize();
      case "k_proj", "v_proj" -> (long) config.keyValueHeads() * config.headSize();
      case "gate_proj", "up_proj" -> config.intermediateSize();
      default -> config.hiddenSize();
    };
  }

  /// An adapter of some rows of a parameter, from `row` on.
  record Part(long row, NDArray a, NDArray b) {}

  /// The adapters of a parameter's parts.
  List<Part> of(Parameter parameter) {
    var parts = new ArrayList<Part>();
    long row = 0;
    for (var part : parameter.parts()) {
      var name = part.name().replaceFirst("\\.weight$", "");
      for (int i = 0; i + 1 < trained.size(); i += 2) {
        if (trained.get(i).parameter().name().startsWith(name + ".lora_A")) {
          parts.add(new Part(row, trained.get(i).weight(), trained.get(i + 1).weight()));
        }
      }
      row += part.shape().getFirst();
    }
    return parts;
  }

  /// In the script's order, with empty ones for layers without an adapter.
  List<NDArray> arrays() {
    return arrays;
  }

  /// In the same order.
  List<NDArray> gradients() {
    return gradients;
  }

  List<Trained> trained() {
    return trained;
  }
}
