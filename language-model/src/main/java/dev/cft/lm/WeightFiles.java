package dev.cft.lm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/// The tensors of a checkpoint folder, from one safetensors file or from the shards that its index
/// names.
final class WeightFiles {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private WeightFiles() {}

  static Map<String, StoredTensor> read(Path folder) {
    if (Files.exists(folder.resolve(SINGLE))) {
      return Safetensors.read(folder.resolve(SINGLE));
    }
    var index = folder.resolve(INDEX);
    if (!Files.exists(index)) {
      throw new CheckpointException(
          folder,
          "has neither %s nor %s; only safetensors weights are read".formatted(SINGLE, INDEX));
    }
    return readShards(folder, index);
  }

  private static Map<String, StoredTensor> readShards(Path folder, Path index) {
    var shardOf = new LinkedHashMap<String, String>();
    for (var entry : Json.object(index).path("weight_map").properties()) {
      shardOf.put(entry.getKey(), entry.getValue().asString(""));
    }
    var tensors = new LinkedHashMap<String, StoredTensor>();
    for (var shard : new TreeSet<>(shardOf.values())) {
      if (shard.isEmpty() || !Path.of(shard).equals(Path.of(shard).getFileName())) {
        throw new CheckpointException(
            index, "weight_map names the shard '%s', not a plain file name".formatted(shard));
      }
      Safetensors.read(folder.resolve(shard)).forEach(tensors::put);
    }
    for (var entry : shardOf.entrySet()) {
      if (!tensors.containsKey(entry.getKey())) {
        throw new CheckpointException(
            folder.resolve(entry.getValue()),
            "has no tensor %s, which the index says it has".formatted(entry.getKey()));
      }
    }
    return tensors;
  }
}
