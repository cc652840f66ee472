package dev.cft.lm;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The checkpoints that benchmarks/parity/make_checkpoints.py made, and what transformers computed
/// with them.
public final class TinyModels {
  public static final List<String> FAMILIES =
      List.of("qwen2", "qwen2-untied", "llama", "llama3", "qwen3", "mistral");

  private TinyModels() {}

  public static Path folder(String family) {
    try {
      return Path.of(requireNonNull(TinyModels.class.getResource("/parity/" + family)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  public static JsonNode golden(String family) {
    return new JsonMapper().readTree(folder(family).resolve("golden.json").toFile());
  }

  public static int[] ints(JsonNode numbers) {
    return StreamSupport.stream(numbers.spliterator(), false)
        .mapToInt(JsonNode::intValue)
        .toArray();
  }

  /// A copy that a test may damage.
  public static Path copy(String family, Path target) {
    try (var files = Files.list(folder(family))) {
      Files.createDirectories(target);
      for (var file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName().toString()));
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A checkpoint of a family's architecture with heads of 64 numbers and tensors of its own.
  ///
  /// @param changes to its configuration
  /// @param fill writes all numbers of a tensor
  static void make(
      String family,
      Path target,
      Consumer<ObjectNode> changes,
      BiConsumer<Parameter.Part, FloatBuffer> fill)
      throws IOException {
    copy(family, target);
    for (var file :
        requireNonNull(target.toFile().listFiles((_, name) -> name.contains("safetensors")))) {
      Files.delete(file.toPath());
    }
    var json = new JsonMapper();
    var file = target.resolve("config.json").toFile();
    var config = (ObjectNode) json.readTree(file);
    config.put("head_dim", 64);
    changes.accept(config);
    json.writeValue(file, config);
    var tensors =
        ParameterLayout.of(ConfigReader.read(target)).stream()
            .flatMap(parameter -> parameter.parts().stream())
            .map(part ->
                new SafetensorsWriter.Tensor(part.name(), part.shape(), () -> filled(part, fill)))
            .toList();
    SafetensorsWriter.write(target.resolve("model.safetensors"), tensors);
  }

  private static ByteBuffer filled(
      Parameter.Part part, BiConsumer<Parameter.Part, FloatBuffer> fill) {
    var bytes = Decoder.floats(part.elements());
    fill.accept(part, bytes.asFloatBuffer());
    return bytes;
  }
}
