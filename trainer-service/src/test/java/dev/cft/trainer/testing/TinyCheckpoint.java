package dev.cft.trainer.testing;

import dev.cft.store.StoreJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes a Qwen2 checkpoint with random weights and a tokenizer of single characters: what a base
/// model folder looks like, in some hundred kilobytes.
public final class TinyCheckpoint {
  public static final int CONTEXT = 512;

  private static final int HIDDEN = 32;
  private static final int MLP = 64;
  private static final int LAYERS = 2;
  private static final int HEADS = 2;
  private static final List<String> SPECIAL = List.of("<unk>", "<|im_start|>", "<|im_end|>");

  private TinyCheckpoint() {}

  /// The same with the chat template and the padding that Hugging Face's trainer wants.
  public static void writeForOthers(Path folder) throws IOException {
    write(folder);
    Path file = folder.resolve("tokenizer_config.json");
    var config = (ObjectNode) StoreJson.mapper().readTree(Files.readAllBytes(file));
    config.put("pad_token", "<unk>");
    config.put(
        "chat_template",
        "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
            + "{{ message['content'] }}<|im_end|>\n{% endfor %}"
            + "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}");
    Files.write(file, StoreJson.mapper().writeValueAsBytes(config));
  }

  /// Writes the files into the folder, which is made.
  public static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<String> characters = IntStream.rangeClosed(32, 126).mapToObj(Character::toString).toList();
    int vocabulary = SPECIAL.size() + characters.size() + 1;
    Files.write(folder.resolve("config.json"), bytes(config(vocabulary)));
    Files.write(folder.resolve("tokenizer.json"), bytes(tokenizer(characters)));
    Files.write(folder.resolve("tokenizer_config.json"), bytes(tokenizerConfig()));
    Files.write(folder.resolve("model.safetensors"), safetensors(shapes(vocabulary)));
    return folder;
  }

  private static byte[] bytes(ObjectNode json) {
    return StoreJson.mapper().writeValueAsBytes(json);
  }

  private static ObjectNode object() {
    return StoreJson.mapper().createObjectNode();
  }

  private static ObjectNode config(int vocabulary) {
    ObjectNode config = object().put("model_type", "qwen2").put("vocab_size", vocabulary);
    config.putArray("architectures").add("Qwen2ForCausalLM");
    return config
        .put("hidden_size", HIDDEN)
        .put("intermediate_size", MLP)
        .put("num_hidden_layers", LAYERS)
        .put("num_attention_heads", HEADS)
        .put("num_key_value_heads", HEADS)
        .put("hidden_act", "silu")
        .put("rms_norm_eps", 1e-6)
        .put("rope_theta", 10000.0)
        .put("max_position_embeddings", CONTEXT)
        .put("tie_word_embeddings", true)
        .put("torch_dtype", "float32")
        .put("eos_token_id", SPECIAL.indexOf("<|im_end|>"));
  }

  private static ObjectNode tokenizer(List<String> characters) {
    ObjectNode json = object().put("version", "1.0");
    ArrayNode added = json.putArray("added_tokens");
    ObjectNode model = object().put("type", "WordLevel").put("unk_token", "<unk>");
    ObjectNode vocabulary = model.putObject("vocab");
    for (String token : SPECIAL) {
      added
          .addObject()
          .put("id", vocabulary.size())
          .put("content", token)
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
      vocabulary.put(token, vocabulary.size());
    }
    vocabulary.put("\n", vocabulary.size());
    characters.forEach(character -> vocabulary.put(character, vocabulary.size()));
    ObjectNode split = json.putObject("pre_tokenizer").put("type", "Split");
    split.putObject("pattern").put("Regex", "[\\s\\S]");
    split.put("behavior", "Isolated").put("invert", false);
    json.putObject("decoder").put("type", "Fuse");
    json.set("model", model);
    return json;
  }

  private static ObjectNode tokenizerConfig() {
    return object()
        .put("tokenizer_class", "PreTrainedTokenizerFast")
        .put("eos_token", "<|im_end|>")
        .put("model_max_length", CONTEXT);
  }

  private static Map<String, int[]> shapes(int vocabulary) {
    var shapes = new LinkedHashMap<String, int[]>();
    shapes.put("model.embed_tokens.weight", new int[] {vocabulary, HIDDEN});
    for (int i = 0; i < LAYERS; i++) {
      String layer = "model.layers.%d.".formatted(i);
      shapes.put(layer + "input_layernorm.weight", new int[] {HIDDEN});
      for (String projection : List.of("q_proj", "k_proj", "v_proj")) {
        shapes.put(layer + "self_attn." + projection + ".weight", new int[] {HIDDEN, HIDDEN});
        shapes.put(layer + "self_attn." + projection + ".bias", new int[] {HIDDEN});
      }
      shapes.put(layer + "self_attn.o_proj.weight", new int[] {HIDDEN, HIDDEN});
      shapes.put(layer + "post_attention_layernorm.weight", new int[] {HIDDEN});
      shapes.put(layer + "mlp.gate_proj.weight", new int[] {MLP, HIDDEN});
      shapes.put(layer + "mlp.up_proj.weight", new int[] {MLP, HIDDEN});
      shapes.put(layer + "mlp.down_proj.weight", new int[] {HIDDEN, MLP});
    }
    shapes.put("model.norm.weight", new int[] {HIDDEN});
    return shapes;
  }

  /// Eight bytes of header length, a JSON header, the values:
  /// https://github.com/huggingface/safetensors
  private static byte[] safetensors(Map<String, int[]> shapes) throws IOException {
    ObjectNode header = object();
    var values = new ByteArrayOutputStream();
    var random = new Random(1);
    for (var entry : shapes.entrySet()) {
      int start = values.size();
      values.write(weights(entry.getKey(), entry.getValue(), random));
      ObjectNode tensor = header.putObject(entry.getKey()).put("dtype", "F32");
      ArrayNode shape = tensor.putArray("shape");
      IntStream.of(entry.getValue()).forEach(shape::add);
      tensor.putArray("data_offsets").add(start).add(values.size());
    }
    byte[] text = StoreJson.mapper().writeValueAsString(header).getBytes(StandardCharsets.UTF_8);
    var file = new ByteArrayOutputStream();
    file.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
    file.write(text);
    file.write(values.toByteArray());
    return file.toByteArray();
  }

  private static byte[] weights(String name, int[] shape, Random random) {
    int count = IntStream.of(shape).reduce(1, (a, b) -> a * b);
    ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    boolean isNorm = name.contains("norm");
    for (int i = 0; i < count; i++) {
      bytes.putFloat(isNorm ? 1f : (float) (0.05 * random.nextGaussian()));
    }
    return bytes.array();
  }
}
