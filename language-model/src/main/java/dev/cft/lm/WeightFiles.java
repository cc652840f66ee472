package dev.cft.lm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The tensors of a checkpoint folder, in one safetensors file or in the shards that its index
/// names.
public final class WeightFiles {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  /// The largest file that Hugging Face's own writers made for years.
  static final long SHARD_BYTES = 5_000_000_000L;

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

  /// Writes the tensors as one file, or as shards of at most [#SHARD_BYTES] with their index.
  public static void write(Path folder, List<SafetensorsWriter.Tensor> tensors) throws IOException {
    write(folder, tensors, SHARD_BYTES);
  }

  static void write(Path folder, List<SafetensorsWriter.Tensor> tensors, long shardBytes)
      throws IOException {
    var shards = shards(tensors, shardBytes);
    if (shards.size() == 1) {
      SafetensorsWriter.write(folder.resolve(SINGLE), tensors);
      return;
    }
    var index = Json.MAPPER.createObjectNode();
    index
        .putObject("metadata")
        .put("total_size", tensors.stream().mapToLong(SafetensorsWriter.Tensor::length).sum());
    var shardOf = index.putObject("weight_map");
    for (int i = 0; i < shards.size(); i++) {
      var name = "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
      shards.get(i).forEach(tensor -> shardOf.put(tensor.name(), name));
      SafetensorsWriter.write(folder.resolve(name), shards.get(i));
    }
    Files.writeString(
        folder.resolve(INDEX),
        Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(index) + "\n");
  }

  private static List<List<SafetensorsWriter.Tensor>> shards(
      List<SafetensorsWriter.Tensor> tensors, long shardBytes) {
    var shards = new ArrayList<List<SafetensorsWriter.Tensor>>();
    long room = 0;
    for (var tensor : tensors) {
      if (shards.isEmpty() || tensor.length() > room) {
        shards.add(new ArrayList<>());
        room = shardBytes;
      }
      shards.getLast().add(tensor);
      room -= tensor.length();
    }
    return shards;
  }
}
