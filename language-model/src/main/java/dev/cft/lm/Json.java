package dev.cft.lm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads the JSON files of a checkpoint; a key that appears twice is an error.
final class Json {
  static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private Json() {}

  static ObjectNode object(Path file) {
    try {
      return object(file, Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new CheckpointException(file, "the file is missing", e);
    } catch (IOException e) {
      throw new CheckpointException(file, "cannot be read: " + e.getMessage(), e);
    }
  }

  static ObjectNode object(Path file, byte[] utf8) {
    try {
      JsonNode node = MAPPER.readTree(new String(utf8, StandardCharsets.UTF_8));
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw new CheckpointException(file, "must hold a JSON object");
    } catch (JacksonException e) {
      throw new CheckpointException(file, "is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
