package dev.cft.lm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reads `config.json` and `generation_config.json` as transformers 4 and 5 write them.
final class ConfigReader {
  /// What sets the families apart: whether the projections have a bias by default, and q/k norms.
  private record Family(boolean qkvBias, boolean qkNorm) {}

  private static final Map<String, Family> FAMILIES =
      Map.of(
          "LlamaForCausalLM", new Family(false, false),
          "MistralForCausalLM", new Family(false, false),
          "Qwen2ForCausalLM", new Family(true, false),
          "Qwen3ForCausalLM", new Family(false, true));

  private final Path file;
  private final JsonNode json;

  private ConfigReader(Path file) {
    this.file = file;
    this.json = Json.object(file);
  }

  static ModelConfig read(Path folder) {
    var reader = new ConfigReader(folder.resolve("config.json"));
    try {
      return reader.config(endTokens(folder, reader.json));
    } catch (IllegalArgumentException | JacksonException e) {
      throw new CheckpointException(reader.file, String.valueOf(e.getMessage()), e);
    }
  }

  private ModelConfig config(List<Integer> endTokens) {
    var architecture = json.path("architectures").path(0).asString("");
    var family = FAMILIES.get(architecture);
    if (family == null) {
      throw new CheckpointException(
          file,
          "unknown architecture '%s'; supported: %s"
              .formatted(architecture, FAMILIES.keySet().stream().sorted().toList()));
    }
    refuseUnsupported();
    int hidden = required("hidden_size");
    int heads = required("num_attention_heads");
    return new ModelConfig(
        architecture,
        required("vocab_size"),
        hidden,
        required("intermediate_size"),
        required("num_hidden_layers"),
        heads,
        optional("num_key_value_heads", heads),
        optional("head_dim", heads == 0 ? 0 : hidden / heads),
        number(json, "rms_norm_eps", 1e-6),
        number(rope(), "rope_theta", number(json, "rope_theta", 10_000)),
        scaling(),
        positions(),
        json.path("tie_word_embeddings").asBoolean(false),
        family.qkvBias() || json.path("attention_bias").asBoolean(false),
        family.qkNorm(),
        endTokens);
  }

  private void refuseUnsupported() {
    var activation = json.path("hidden_act").asString("silu");
    if (!activation.equals("silu")) {
      throw new CheckpointException(
          file, "hidden_act '%s' is not supported; only silu is".formatted(activation));
    }
    if (json.path("mlp_bias").asBoolean(false)) {
      throw new CheckpointException(file, "mlp_bias is not supported");
    }
    if (json.path("architectures").path(0).asString("").startsWith("Llama")
        && json.path("attention_bias").asBoolean(false)) {
      throw new CheckpointException(
          file, "attention_bias is not supported for Llama: its output projection has one too");
    }
  }

  /// Within its sliding window a model is one with full attention; longer sequences are refused.
  private int positions() {
    int positions = required("max_position_embeddings");
    var window = json.path("sliding_window");
    boolean windowed = window.isIntegralNumber() && json.path("use_sliding_window").asBoolean(true);
    return windowed ? Math.min(positions, window.intValue()) : positions;
  }

  /// transformers 5 has `rope_parameters` with the base inside; version 4 has `rope_scaling` and
  /// the base beside it.
  private JsonNode rope() {
    var parameters = json.path("rope_parameters");
    return parameters.isObject() ? parameters : json.path("rope_scaling");
  }

  private RopeScaling scaling() {
    var rope = rope();
    var type = rope.path("rope_type").asString(rope.path("type").asString("default"));
    return switch (type) {
      case "default" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(number(rope, "factor", 1));
      case "llama3" ->
          new RopeScaling.Llama3(
              number(rope, "factor", 8),
              number(rope, "low_freq_factor", 1),
              number(rope, "high_freq_factor", 4),
              (int) number(rope, "original_max_position_embeddings", 8192));
      default ->
          throw new CheckpointException(file, "rope type '%s' is not supported".formatted(type));
    };
  }

  private int required(String name) {
    var value = json.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new CheckpointException(
          file,
          "%s must be an integer, got %s"
              .formatted(name, value.isMissingNode() ? "nothing" : value));
    }
    return value.intValue();
  }

  private int optional(String name, int otherwise) {
    return json.path(name).isNull() || json.path(name).isMissingNode() ? otherwise : required(name);
  }

  private static double number(JsonNode node, String name, double otherwise) {
    return node.path(name).isNumber() ? node.path(name).doubleValue() : otherwise;
  }

  private static List<Integer> endTokens(Path folder, JsonNode config) {
    var generation = folder.resolve("generation_config.json");
    var node =
        Files.exists(generation)
            ? Json.object(generation).path("eos_token_id")
            : config.path("eos_token_id");
    if (node.isMissingNode() || node.isNull()) {
      node = config.path("eos_token_id");
    }
    var tokens = new ArrayList<Integer>();
    if (node.isIntegralNumber()) {
      tokens.add(node.intValue());
    }
    node.forEach(token -> tokens.add(token.asInt()));
    return tokens;
  }
}
