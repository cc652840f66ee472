package dev.cft.lm;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// The tensors of a checkpoint, matched with what its config asks for.
final class StoredWeights {
  private final Path checkpoint;
  private final Map<String, StoredTensor> tensors;

  StoredWeights(Path checkpoint, ModelConfig config) {
    this.checkpoint = checkpoint;
    this.tensors = WeightFiles.read(checkpoint);
    var expected = new HashSet<String>();
    for (var parameter : ParameterLayout.of(config)) {
      for (var part : parameter.parts()) {
        requireShape(part);
        expected.add(part.name());
      }
    }
    for (var tensor : tensors.values()) {
      if (!expected.contains(tensor.name()) && !redundant(tensor.name(), config)) {
        throw new CheckpointException(
            tensor.file(),
            "tensor %s does not belong to a %s of this config"
                .formatted(tensor.name(), config.architecture()));
      }
    }
  }

  /// Tensors that older exports carry and that hold nothing new.
  private static boolean redundant(String name, ModelConfig config) {
    return name.endsWith(".rotary_emb.inv_freq")
        || (config.tied() && name.equals("lm_head.weight"));
  }

  private StoredTensor tensor(Parameter.Part part) {
    var tensor = tensors.get(part.name());
    if (tensor == null) {
      throw new CheckpointException(checkpoint, "tensor %s is missing".formatted(part.name()));
    }
    return tensor;
  }

  private void requireShape(Parameter.Part part) {
    var tensor = tensor(part);
    if (!tensor.shape().equals(part.shape())) {
      throw new CheckpointException(
          tensor.file(),
          "tensor %s has shape %s, the config asks for %s"
              .formatted(part.name(), tensor.shape(), part.shape()));
    }
  }

  /// The parameter's parts one after the other, as little-endian floats.
  ByteBuffer read(Parameter parameter) {
    var bytes = Decoder.floats(parameter.elements());
    var floats = bytes.asFloatBuffer();
    for (var part : parameter.parts()) {
      tensor(part).readInto(floats);
    }
    return bytes;
  }

  List<StoredTensor> all() {
    return List.copyOf(tensors.values());
  }
}
