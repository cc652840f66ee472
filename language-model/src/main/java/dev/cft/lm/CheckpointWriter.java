package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/// Writes a checkpoint folder in Hugging Face layout, whole or not at all.
public final class CheckpointWriter {
  /// Files that a fine-tuned model shares with its base.
  static final List<String> COPIED =
      List.of(
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "chat_template.jinja",
          "vocab.json",
          "merges.txt",
          "tokenizer.model");

  private CheckpointWriter() {}

  /// Something that adds files to the folder before it gets its name.
  @FunctionalInterface
  public interface Extra {
    void write(Path folder) throws IOException;
  }

  /// Writes the decoder's weights with the config and tokenizer of `base`, then `extra`, to a
  /// temporary folder, waits for the disk and renames it. A failure leaves nothing behind.
  public static void write(Path folder, Path base, Decoder decoder, Extra extra)
      throws IOException {
    write(folder, base, tensors(decoder.layout(), "", decoder.weights()), extra);
  }

  /// Writes weights with the config and tokenizer of `base`, as above.
  public static void write(
      Path folder, Path base, List<SafetensorsWriter.Tensor> weights, Extra extra)
      throws IOException {
    WholeFolder.write(
        folder,
        temporary -> {
          for (var name : COPIED) {
            if (Files.exists(base.resolve(name))) {
              Files.copy(base.resolve(name), temporary.resolve(name));
            }
          }
          writeConfig(base, temporary, ElementType.F32);
          WeightFiles.write(temporary, weights);
          extra.write(temporary);
        });
  }

  /// Arrays in the layout of the parameters as tensors named after the checkpoint's tensors, with a
  /// prefix.
  public static List<SafetensorsWriter.Tensor> tensors(
      List<Parameter> layout, String prefix, List<NDArray> arrays) {
    var tensors = new ArrayList<SafetensorsWriter.Tensor>();
    for (int i = 0; i < layout.size(); i++) {
      var array = arrays.get(i);
      tensors.addAll(SafetensorsWriter.parts(layout.get(i), prefix, array::toByteBuffer));
    }
    return tensors;
  }

  /// A parameter's parts as tensors named after the checkpoint's tensors, with a prefix; its floats
  /// are asked for when their turn comes, once for each part.
  public static List<SafetensorsWriter.Tensor> tensors(
      Parameter parameter, String prefix, Supplier<ByteBuffer> floats) {
    return SafetensorsWriter.parts(parameter, prefix, floats);
  }

  static void writeConfig(Path base, Path folder, ElementType type) throws IOException {
    ObjectNode config = Json.object(base.resolve("config.json"));
    // transformers 4 reads torch_dtype, version 5 dtype; both must tell what is in the file now.
    config.put(config.has("dtype") ? "dtype" : "torch_dtype", type.torchName());
    Files.writeString(
        folder.resolve("config.json"),
        Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n");
  }
}
