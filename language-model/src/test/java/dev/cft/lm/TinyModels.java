package dev.cft.lm;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

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
}
