package dev.cft.lm;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;

/// Reads parameters from one safetensors file of ours, such as an optimiser's moments.
public final class SafetensorsReader {
  private final Path file;
  private final Map<String, StoredTensor> tensors;

  /// @throws CheckpointException if the file is missing or damaged
  public SafetensorsReader(Path file) {
    this.file = file;
    this.tensors = Safetensors.read(file);
  }

  /// The parameter's parts, each stored under `prefix` and its name, one after the other as native
  /// floats.
  public ByteBuffer read(Parameter parameter, String prefix) {
    var bytes = Decoder.floats(parameter.elements());
    var floats = bytes.asFloatBuffer();
    for (var part : parameter.parts()) {
      var tensor = tensors.get(prefix + part.name());
      if (tensor == null || !tensor.shape().equals(part.shape())) {
        throw new CheckpointException(
            file, "needs a tensor %s of shape %s".formatted(prefix + part.name(), part.shape()));
      }
      tensor.readInto(floats);
    }
    return bytes;
  }
}
