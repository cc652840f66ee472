package dev.cft.standalone.basemodel;

import dev.cft.standalone.problems.Seeds;
import dev.cft.store.StoreJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.ObjectNode;

/// The base model before any training: a Llama of 0.6 million parameters with random weights.
///
/// The shape and the initialisation are those of the recipe in `docs/demo.md`: normal with standard
/// deviation 0.04, and 0.04 / √(2 · layers) where a layer writes into the residual stream (Radford
/// et al. 2019, section 2.3).
final class BaseModelShape {
  static final int POSITIONS = 2048;
  private static final int HIDDEN = 128;
  private static final int INTERMEDIATE = 344;
  private static final int LAYERS = 3;
  private static final int HEADS = 4;
  private static final double DEVIATION = 0.04;

  private BaseModelShape() {}

  /// Writes `config.json`, `generation_config.json`, the tokenizer's files and `model.safetensors`.
  static void write(Path folder, DemoTokenizer tokenizer, long seed) throws IOException {
    Files.createDirectories(folder);
    save(folder.resolve("config.json"), config(tokenizer));
    save(folder.resolve("generation_config.json"), generation(tokenizer));
    save(folder.resolve("tokenizer.json"), tokenizer.json());
    save(folder.resolve("tokenizer_config.json"), tokenizer.config());
    writeWeights(folder.resolve("model.safetensors"), tensors(tokenizer.size()), seed);
  }

  private static void save(Path file, Object json) throws IOException {
    Files.writeString(
        file, StoreJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
  }

  private static ObjectNode config(DemoTokenizer tokenizer) {
    var json = generation(tokenizer);
    json.putArray("architectures").add("LlamaForCausalLM");
    json.put("model_type", "llama").put("hidden_act", "silu").put("hidden_size", HIDDEN);
    json.put("intermediate_size", INTERMEDIATE).put("num_hidden_layers", LAYERS);
    json.put("num_attention_heads", HEADS).put("num_key_value_heads", HEADS);
    json.put("head_dim", HIDDEN / HEADS).put("max_position_embeddings", POSITIONS);
    json.put("rms_norm_eps", 1e-6).put("rope_theta", 10000.0).put("vocab_size", tokenizer.size());
    json.put("tie_word_embeddings", true).put("attention_bias", false).put("mlp_bias", false);
    return json.put("torch_dtype", "float32");
  }

  private static ObjectNode generation(DemoTokenizer tokenizer) {
    return StoreJson.mapper()
        .createObjectNode()
        .put("bos_token_id", tokenizer.id(DemoTokenizer.BOS))
        .put("eos_token_id", tokenizer.id(DemoTokenizer.END))
        .put("pad_token_id", tokenizer.id(DemoTokenizer.PAD));
  }

  /// Name → shape; a shape of one dimension is a norm.
  private static Map<String, int[]> tensors(int vocabulary) {
    var tensors = new LinkedHashMap<String, int[]>();
    tensors.put("model.embed_tokens.weight", new int[] {vocabulary, HIDDEN});
    for (int layer = 0; layer < LAYERS; layer++) {
      var at = "model.layers." + layer + ".";
      tensors.put(at + "input_layernorm.weight", new int[] {HIDDEN});
      for (var projection : new String[] {"q", "k", "v", "o"}) {
        tensors.put(at + "self_attn." + projection + "_proj.weight", new int[] {HIDDEN, HIDDEN});
      }
      tensors.put(at + "post_attention_layernorm.weight", new int[] {HIDDEN});
      tensors.put(at + "mlp.gate_proj.weight", new int[] {INTERMEDIATE, HIDDEN});
      tensors.put(at + "mlp.up_proj.weight", new int[] {INTERMEDIATE, HIDDEN});
      tensors.put(at + "mlp.down_proj.weight", new int[] {HIDDEN, INTERMEDIATE});
    }
    tensors.put("model.norm.weight", new int[] {HIDDEN});
    return tensors;
  }

  /// safetensors: the header's length, the header, the values in little-endian order.
  private static void writeWeights(Path file, Map<String, int[]> tensors, long seed)
      throws IOException {
    var header = StoreJson.mapper().createObjectNode();
    header.putObject("__metadata__").put("format", "pt");
    int end = 0;
    for (var tensor : tensors.entrySet()) {
      var node = header.putObject(tensor.getKey()).put("dtype", "F32");
      var shape = node.putArray("shape");
      for (int length : tensor.getValue()) {
        shape.add(length);
      }
      node.putArray("data_offsets").add(end).add(end += 4 * size(tensor.getValue()));
    }
    var text = StoreJson.mapper().writeValueAsString(header);
    byte[] json = (text + " ".repeat(7 - (text.length() + 7) % 8)).getBytes(StandardCharsets.UTF_8);
    var buffer = ByteBuffer.allocate(8 + json.length + end).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(json.length).put(json);
    var random = Seeds.generator(seed);
    tensors.forEach((name, shape) -> fill(buffer, name, shape, random));
    Files.write(file, buffer.array());
  }

  private static void fill(ByteBuffer buffer, String name, int[] shape, RandomGenerator random) {
    boolean residual = name.contains("o_proj") || name.contains("down_proj");
    double deviation = residual ? DEVIATION / Math.sqrt(2.0 * LAYERS) : DEVIATION;
    for (int i = size(shape); i > 0; i--) {
      buffer.putFloat(shape.length == 1 ? 1f : (float) (deviation * random.nextGaussian()));
    }
  }

  private static int size(int[] shape) {
    int size = 1;
    for (int length : shape) {
      size *= length;
    }
    return size;
  }
}
