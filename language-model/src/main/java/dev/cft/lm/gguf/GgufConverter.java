package dev.cft.lm.gguf;

import dev.cft.lm.CheckpointConverter;
import dev.cft.lm.CheckpointException;
import dev.cft.lm.Checkpoints;
import dev.cft.lm.ElementType;
import dev.cft.lm.SafetensorsWriter;
import dev.cft.lm.WeightFiles;
import dev.cft.lm.WholeFolder;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/// Turns a GGUF file into a checkpoint folder in Hugging Face layout: config, tokenizer, chat
/// template and dequantised weights.
public final class GgufConverter {
  private static final JsonMapper MAPPER = new JsonMapper();

  private static final Map<String, String> GLOBAL =
      Map.of(
          "token_embd.weight", "model.embed_tokens.weight",
          "output_norm.weight", "model.norm.weight",
          "output.weight", "lm_head.weight");

  /// Names within a layer.
  private static final Map<String, String> LAYER =
      Map.ofEntries(
          Map.entry("attn_norm.weight", "input_layernorm.weight"),
          Map.entry("attn_q.weight", "self_attn.q_proj.weight"),
          Map.entry("attn_q.bias", "self_attn.q_proj.bias"),
          Map.entry("attn_k.weight", "self_attn.k_proj.weight"),
          Map.entry("attn_k.bias", "self_attn.k_proj.bias"),
          Map.entry("attn_v.weight", "self_attn.v_proj.weight"),
          Map.entry("attn_v.bias", "self_attn.v_proj.bias"),
          Map.entry("attn_q_norm.weight", "self_attn.q_norm.weight"),
          Map.entry("attn_k_norm.weight", "self_attn.k_norm.weight"),
          Map.entry("attn_output.weight", "self_attn.o_proj.weight"),
          Map.entry("ffn_norm.weight", "post_attention_layernorm.weight"),
          Map.entry("ffn_gate.weight", "mlp.gate_proj.weight"),
          Map.entry("ffn_up.weight", "mlp.up_proj.weight"),
          Map.entry("ffn_down.weight", "mlp.down_proj.weight"));

  private final GgufFile gguf;
  private final GgufConfig config;
  private final Optional<ElementType> type;

  private GgufConverter(GgufFile gguf, Optional<ElementType> type) {
    this.gguf = gguf;
    this.config = new GgufConfig(gguf);
    this.type = type;
  }

  /// Writes a new checkpoint folder, whole or not at all.
  ///
  /// @param type what the weights are rounded to; where this is empty, F16 and BF16 stay what they
  ///   are and all else is fp32, which loses nothing
  /// @throws CheckpointException naming the file and tensor that is wrong
  /// @throws IOException if the folder exists or cannot be written
  public static void convert(Path file, Path folder, Optional<ElementType> type)
      throws IOException {
    CheckpointConverter.requireNew(folder);
    try (var gguf = GgufFile.open(file)) {
      new GgufConverter(gguf, type).write(folder);
    }
  }

  private void write(Path folder) throws IOException {
    var tensors = new ArrayList<SafetensorsWriter.Tensor>();
    for (var tensor : gguf.tensors().values()) {
      // Llama 3's stretched frequencies are in config.json.
      if (!tensor.name().equals("rope_freqs.weight")) {
        tensors.add(converted(tensor));
      }
    }
    var tokenizer = new GgufTokenizer(gguf);
    WholeFolder.write(
        folder,
        temporary -> {
          json(temporary.resolve("config.json"), config.config(widest().torchName()));
          json(temporary.resolve("generation_config.json"), config.generation());
          json(temporary.resolve("tokenizer.json"), tokenizer.tokenizer());
          json(temporary.resolve("tokenizer_config.json"), tokenizer.config());
          WeightFiles.write(temporary, tensors);
          check(temporary);
        });
  }

  /// What the file says about its tensors need not fit together.
  private void check(Path folder) {
    try {
      Checkpoints.check(folder);
    } catch (CheckpointException e) {
      throw new CheckpointException(
          gguf.file(),
          "makes no sound checkpoint: " + String.valueOf(e.getMessage()).replace(folder + "/", ""),
          e);
    }
  }

  /// What `config.json` names: the type of the embedding.
  private ElementType widest() {
    return gguf.tensor("token_embd.weight").map(this::typeOf).orElse(ElementType.F32);
  }

  private static void json(Path file, Object content) throws IOException {
    Files.writeString(
        file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
  }

  private SafetensorsWriter.Tensor converted(GgufTensor tensor) {
    var name = name(tensor);
    boolean rotated =
        config.pairsRotated() && (name.endsWith("q_proj.weight") || name.endsWith("k_proj.weight"));
    return new SafetensorsWriter.Tensor(
        name,
        tensor.shape(),
        typeOf(tensor),
        sink -> {
          if (rotated) {
            halves(tensor, sink);
          } else {
            gguf.read(tensor, sink);
          }
        });
  }

  private ElementType typeOf(GgufTensor tensor) {
    return type.orElse(
        switch (tensor.type()) {
          case F16 -> ElementType.F16;
          case BF16 -> ElementType.BF16;
          case F32, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K -> ElementType.F32;
        });
  }

  private String name(GgufTensor tensor) {
    var global = GLOBAL.get(tensor.name());
    if (global != null) {
      return global;
    }
    var parts = tensor.name().split("\\.", 3);
    var inLayer = parts.length == 3 && parts[0].equals("blk") ? LAYER.get(parts[2]) : null;
    if (inLayer == null || !parts[1].matches("\\d{1,4}")) {
      throw new CheckpointException(
          gguf.file(),
          "tensor %s has no place in a Hugging Face checkpoint".formatted(tensor.name()));
    }
    return "model.layers." + parts[1] + "." + inLayer;
  }

  /// Rows of each head from rotated pairs (0, 1), (2, 3), … back to halves: row i of the first half
  /// is row 2i of the file, row i of the second is row 2i + 1.
  private void halves(GgufTensor tensor, Consumer<FloatBuffer> sink) {
    int rows = Math.toIntExact(tensor.shape().getFirst());
    int columns = Math.toIntExact(tensor.shape().getLast());
    int head = Math.toIntExact(config.headSize());
    if (tensor.shape().size() != 2 || head == 0 || rows % head != 0 || head % 2 != 0) {
      throw new CheckpointException(
          gguf.file(),
          "tensor %s of shape %s has no heads of %d rows"
              .formatted(tensor.name(), tensor.shape(), head));
    }
    var all = FloatBuffer.allocate(Math.multiplyExact(rows, columns));
    gguf.read(tensor, all::put);
    for (int row = 0; row < rows; row++) {
      int inHead = row % head;
      int from = row - inHead + (inHead < head / 2 ? 2 * inHead : 2 * inHead - head + 1);
      sink.accept(all.slice(from * columns, columns));
    }
  }
}
