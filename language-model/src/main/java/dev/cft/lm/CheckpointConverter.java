package dev.cft.lm;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/// Writes a checkpoint again: its shards joined (or cut at 5 GB), its weights in another type.
public final class CheckpointConverter {
  private CheckpointConverter() {}

  /// Converts a checkpoint folder to a new one, whole or not at all.
  ///
  /// @param type what the weights are rounded to; each keeps its own where this is empty
  /// @throws CheckpointException naming the file and tensor that is wrong
  /// @throws IOException if the new folder exists or cannot be written
  public static void convert(Path from, Path to, Optional<ElementType> type) throws IOException {
    requireNew(to);
    var config = ConfigReader.read(from);
    var stored = new StoredWeights(from, config).all();
    var tensors = new ArrayList<SafetensorsWriter.Tensor>();
    for (var tensor : stored) {
      tensors.add(
          new SafetensorsWriter.Tensor(
              tensor.name(),
              tensor.shape(),
              type.orElse(tensor.type()),
              sink -> tensor.forEachBlock(sink)));
    }
    WholeFolder.write(
        to,
        temporary -> {
          for (var name : CheckpointWriter.COPIED) {
            if (Files.exists(from.resolve(name))) {
              Files.copy(from.resolve(name), temporary.resolve(name));
            }
          }
          CheckpointWriter.writeConfig(from, temporary, type.orElse(stored.getFirst().type()));
          WeightFiles.write(temporary, tensors);
        });
  }

  /// Refuses a target that is there, so that nothing is overwritten.
  ///
  /// @throws FileAlreadyExistsException if there is something already
  public static void requireNew(Path folder) throws FileAlreadyExistsException {
    if (Files.exists(folder)) {
      throw new FileAlreadyExistsException(folder + " exists already; name a new folder");
    }
  }
}
