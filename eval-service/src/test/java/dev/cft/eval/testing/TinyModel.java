package dev.cft.eval.testing;

import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.node.JsonNodeFactory;

/// A real but untrained Llama checkpoint of two layers, with a tokenizer whose tokens are bytes.
/// What it says is noise, always the same noise for the same seed.
public final class TinyModel {
  private static final int VOCABULARY = 260;
  private static final int HIDDEN = 32;
  private static final int INTERMEDIATE = 64;
  private static final int LAYERS = 2;
  private static final int HEADS = 4;
  private static final String TEMPLATE =
      "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\\n' }}{% endfor %}"
          + "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}";

  private TinyModel() {}

  /// Writes the checkpoint.
  ///
  /// @param context longest sequence in tokens, which are bytes
  public static Path write(Path folder, int context, long seed) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), config(context));
    Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        JsonNodeFactory.instance
            .objectNode()
            .put("eos_token", "<|end|>")
            .put("chat_template", TEMPLATE)
            .toString());
    writeWeights(folder.resolve("model.safetensors"), new Random(seed));
    return folder;
  }

  private static String config(int context) {
    return """
    {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": %d, "hidden_size": %d,
     "intermediate_size": %d, "num_hidden_layers": %d, "num_attention_heads": %d, "num_key_value_heads": 2,
     "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "max_position_embeddings": %d, "tie_word_embeddings": true,
     "hidden_act": "silu", "torch_dtype": "float32", "eos_token_id": 256, "bos_token_id": 257}
    """
        .formatted(VOCABULARY, HIDDEN, INTERMEDIATE, LAYERS, HEADS, context);
  }

  private static String tokenizer() {
    var json = StoreJson.mapper().createObjectNode().put("version", "1.0");
    var added = json.putArray("added_tokens");
    var special = new String[] {"<|end|>", "<|begin|>", "<|pad|>", "<|other|>"};
    for (var i = 0; i < special.length; i++) {
      added
          .addObject()
          .put("id", 256 + i)
          .put("content", special[i])
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    json.putObject("pre_tokenizer")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", false);
    json.putObject("decoder")
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", true)
        .put("use_regex", false);
    var model = json.putObject("model").put("type", "BPE");
    var vocabulary = model.putObject("vocab");
    var next = 256;
    for (var b = 0; b < 256; b++) {
      var isPrintable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      vocabulary.put(Character.toString(isPrintable ? b : next++), b);
    }
    for (var i = 0; i < special.length; i++) {
      vocabulary.put(special[i], 256 + i);
    }
    model.putArray("merges");
    return json.toString();
  }

  private static Map<String, int[]> shapes() {
    var shapes = new LinkedHashMap<String, int[]>();
    var keyValue = HIDDEN / HEADS * 2;
    shapes.put("model.embed_tokens.weight", new int[] {VOCABULARY, HIDDEN});
    for (var layer = 0; layer < LAYERS; layer++) {
      var at = "model.layers.%d.".formatted(layer);
      shapes.put(at + "input_layernorm.weight", new int[] {HIDDEN});
      shapes.put(at + "self_attn.q_proj.weight", new int[] {HIDDEN, HIDDEN});
      shapes.put(at + "self_attn.k_proj.weight", new int[] {keyValue, HIDDEN});
      shapes.put(at + "self_attn.v_proj.weight", new int[] {keyValue, HIDDEN});
      shapes.put(at + "self_attn.o_proj.weight", new int[] {HIDDEN, HIDDEN});
      shapes.put(at + "post_attention_layernorm.weight", new int[] {HIDDEN});
      shapes.put(at + "mlp.gate_proj.weight", new int[] {INTERMEDIATE, HIDDEN});
      shapes.put(at + "mlp.up_proj.weight", new int[] {INTERMEDIATE, HIDDEN});
      shapes.put(at + "mlp.down_proj.weight", new int[] {HIDDEN, INTERMEDIATE});
    }
    shapes.put("model.norm.weight", new int[] {HIDDEN});
    return shapes;
  }

  private static void writeWeights(Path file, Random random) throws IOException {
    var header = StoreJson.mapper().createObjectNode();
    var offset = 0L;
    for (var shape : shapes().entrySet()) {
      var entry = header.putObject(shape.getKey()).put("dtype", "F32");
      var dimensions = entry.putArray("shape");
      var bytes = 4L;
      for (var dimension : shape.getValue()) {
        dimensions.add(dimension);
        bytes *= dimension;
      }
      entry.putArray("data_offsets").add(offset).add(offset + bytes);
      offset += bytes;
    }
    var text = header.toString().getBytes(StandardCharsets.UTF_8);
    try (var out = Files.newOutputStream(file)) {
      out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
      out.write(text);
      for (var shape : shapes().values()) {
        writeTensor(out, shape, random);
      }
    }
  }

  private static void writeTensor(OutputStream out, int[] shape, Random random) throws IOException {
    var isNorm = shape.length == 1;
    var count = isNorm ? shape[0] : shape[0] * shape[1];
    var buffer = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (var i = 0; i < count; i++) {
      buffer.putFloat(isNorm ? 1 : (float) (random.nextGaussian() * 0.3));
    }
    out.write(buffer.array());
  }
}
