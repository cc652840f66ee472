package dev.cft.lm.training;

import java.util.Set;
import java.util.TreeSet;

/// Settings of low-rank adapters (LoRA, arXiv 2106.09685), by LLaMA-Factory's keys.
///
/// @param targets the linear layers that get one, a subset of [#MODULES]
record Lora(int rank, double alpha, double dropout, Set<String> targets) {
  /// The linear layers of a layer, in the order of the script's adapters.
  static final java.util.List<String> MODULES =
      java.util.List.of(
          "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

  Lora {
    targets = Set.copyOf(targets);
  }

  /// What the adapters' result is multiplied by.
  double scale() {
    return alpha / rank;
  }

  /// Reads `lora_target`: `all`, or modules separated by commas.
  ///
  /// @throws BadInputException naming the module that is not known
  static Set<String> targets(String text) {
    if (text.equals("all")) {
      return Set.copyOf(MODULES);
    }
    var targets = new TreeSet<String>();
    for (var name : text.split(",", -1)) {
      if (!MODULES.contains(name.strip())) {
        throw new BadInputException(
            "invalid_spec",
            "lora_target",
            "spec.json: 'lora_target' must be 'all' or some of %s, got '%s'"
                .formatted(MODULES, name.strip()));
      }
      targets.add(name.strip());
    }
    return targets;
  }
}
