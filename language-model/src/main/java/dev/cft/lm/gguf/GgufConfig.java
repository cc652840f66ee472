package dev.cft.lm.gguf;

import dev.cft.lm.CheckpointException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `config.json` and `generation_config.json` from a GGUF file's metadata.
final class GgufConfig {
  private record Family(String architecture, String modelType) {}

  private static final Map<String, Family> FAMILIES =
      Map.of(
          "llama", new Family("LlamaForCausalLM", "llama"),
          "qwen2", new Family("Qwen2ForCausalLM", "qwen2"),
          "qwen3", new Family("Qwen3ForCausalLM", "qwen3"));

  private static final JsonMapper MAPPER = new JsonMapper();

  private final GgufFile gguf;
  private final String name;
  private final Family family;

  GgufConfig(GgufFile gguf) {
    this.gguf = gguf;
    this.name = gguf.text("general.architecture").orElse("");
    var known = FAMILIES.get(name);
    if (known == null) {
      throw new CheckpointException(
          gguf.file(),
          "unknown architecture '%s'; supported: %s"
              .formatted(name, FAMILIES.keySet().stream().sorted().toList()));
    }
    this.family = known;
  }

  /// @param dtype what the weights are written as, in PyTorch's name for it
  ObjectNode config(String dtype) {
    var json = MAPPER.createObjectNode();
    json.putArray("architectures").add(family.architecture());
    json.put("model_type", family.modelType());
    json.put("torch_dtype", dtype);
    long hidden = required("embedding_length");
    long heads = required("attention.head_count");
    json.put("vocab_size", vocabulary());
    json.put("hidden_size", hidden);
    json.put("intermediate_size", required("feed_forward_length"));
    json.put("num_hidden_layers", layers());
    json.put("num_attention_heads", heads);
    json.put("num_key_value_heads", keyValueHeads());
    json.put("head_dim", headSize());
    json.put("hidden_act", "silu");
    json.put("max_position_embeddings", required("context_length"));
    json.put("initializer_range", 0.02);
    json.put("rms_norm_eps", number("attention.layer_norm_rms_epsilon").orElse(1e-6));
    json.put("tie_word_embeddings", tied());
    json.put("attention_dropout", 0.0);
    if (name.equals("llama")) {
      json.put("attention_bias", false).put("mlp_bias", false);
    }
    json.put("rope_theta", number("rope.freq_base").orElse(10_000.0));
    scaling(json);
    specialTokens(json);
    json.put("use_cache", true);
    return json;
  }

  /// `generation_config.json`: where generation ends.
  ObjectNode generation() {
    var json = MAPPER.createObjectNode();
    specialTokens(json);
    var turn = gguf.whole("tokenizer.ggml.eot_token_id");
    var end = gguf.whole("tokenizer.ggml.eos_token_id");
    if (turn.isPresent() && !turn.equals(end)) {
      var ends = json.putArray("eos_token_id");
      end.ifPresent(ends::add);
      turn.ifPresent(ends::add);
    }
    return json;
  }

  private void specialTokens(ObjectNode json) {
    for (var entry :
        List.of(
            Map.entry("bos_token_id", "bos"),
            Map.entry("eos_token_id", "eos"),
            Map.entry("pad_token_id", "padding"))) {
      gguf.whole("tokenizer.ggml." + entry.getValue() + "_token_id")
          .ifPresent(id -> json.put(entry.getKey(), id));
    }
  }

  boolean tied() {
    return gguf.tensor("output.weight").isEmpty();
  }

  /// Query and key rows of Llama files are in the order of rotated pairs, others' as in Hugging
  /// Face.
  boolean pairsRotated() {
    return name.equals("llama");
  }

  int layers() {
    return Math.toIntExact(required("block_count"));
  }

  long headSize() {
    long heads = required("attention.head_count");
    return gguf.whole(name + ".attention.key_length")
        .or(() -> gguf.whole(name + ".rope.dimension_count"))
        .orElse(heads == 0 ? 0 : required("embedding_length") / heads);
  }

  private long keyValueHeads() {
    return gguf.whole(name + ".attention.head_count_kv")
        .orElseGet(() -> required("attention.head_count"));
  }

  private long vocabulary() {
    return gguf.tensor("token_embd.weight")
        .orElseThrow(
            () -> new CheckpointException(gguf.file(), "tensor token_embd.weight is missing"))
        .shape()
        .getFirst();
  }

  private void scaling(ObjectNode json) {
    var type = gguf.text(name + ".rope.scaling.type").orElse("none");
    var stretches = gguf.tensor("rope_freqs.weight");
    if (stretches.isPresent()) {
      json.set("rope_scaling", llama3(stretches.get()));
    } else if (type.equals("linear")) {
      json.putObject("rope_scaling")
          .put("rope_type", "linear")
          .put("factor", number("rope.scaling.factor").orElse(1.0));
    } else if (!type.equals("none")) {
      throw new CheckpointException(
          gguf.file(), "rope scaling '%s' is not supported".formatted(type));
    }
  }

  /// The file holds how much each frequency is stretched, and not the parameters of Llama 3's rule:
  /// all models have had 1, 4 and 8,192 beside the factor, which is the largest stretch.
  private ObjectNode llama3(GgufTensor stretches) {
    var stretch = new float[1];
    gguf.read(
        stretches,
        values -> {
          while (values.hasRemaining()) {
            stretch[0] = Math.max(stretch[0], values.get());
          }
        });
    return MAPPER
        .createObjectNode()
        .put("rope_type", "llama3")
        .put("factor", (double) stretch[0])
        .put("low_freq_factor", 1.0)
        .put("high_freq_factor", 4.0)
        .put("original_max_position_embeddings", 8192);
  }

  private Optional<Double> number(String key) {
    return gguf.number(name + "." + key);
  }

  private long required(String key) {
    return gguf.whole(name + "." + key)
        .filter(value -> value > 0 && value <= Integer.MAX_VALUE)
        .orElseThrow(() ->
            new CheckpointException(
                gguf.file(),
                "%s.%s must be a positive integer, got %s"
                    .formatted(name, key, gguf.value(name + "." + key).orElse("nothing"))));
  }
}
