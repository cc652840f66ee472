package dev.cft.trainer.models;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/// The files of a checkpoint that make a model. What an engine keeps beside them to resume
/// (optimiser, sampler, random numbers) stays in the run folder.
final class CheckpointFiles {
  private static final Set<String> OTHERS = Set.of("merges.txt", "tokenizer.model");

  private CheckpointFiles() {}

  static boolean isWeights(String name) {
    return name.startsWith("model") && name.endsWith(".safetensors");
  }

  private static boolean belongsToModel(String name) {
    return isWeights(name)
        || name.equals("model.safetensors.index.json")
        || (name.endsWith(".json") && !name.contains("state"))
        || name.endsWith(".jinja")
        || OTHERS.contains(name);
  }

  /// Runs `use` on a folder that has only the model's files, linked where the disk can, else
  /// copied. It lies beside the checkpoint, or among temporary files where nobody may write there,
  /// as in a container's folder of base models.
  static void withModelFiles(Path checkpoint, FolderUse use) throws IOException {
    Path beside = checkpoint.toAbsolutePath().getParent();
    Path folder =
        Files.isWritable(beside)
            ? Files.createTempDirectory(beside, ".model-")
            : Files.createTempDirectory(".model-");
    try {
      for (Path file : modelFiles(checkpoint)) {
        linkOrCopy(file, folder.resolve(file.getFileName().toString()));
      }
      use.accept(folder);
    } finally {
      FileSystemUtils.deleteRecursively(folder);
    }
  }

  private static List<Path> modelFiles(Path checkpoint) throws IOException {
    try (Stream<Path> files = Files.list(checkpoint)) {
      return files.filter(file -> belongsToModel(file.getFileName().toString())).toList();
    }
  }

  private static void linkOrCopy(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (IOException | UnsupportedOperationException noLinks) {
      Files.copy(from, to);
    }
  }

  /// Something done with a folder.
  interface FolderUse {
    void accept(Path folder) throws IOException;
  }
}
