package dev.cft.lm.training;

import dev.cft.lm.CheckpointWriter;
import dev.cft.lm.Decoder;
import dev.cft.lm.SafetensorsReader;
import dev.cft.lm.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The checkpoints of a run folder: `checkpoint-<step>` with weights, moments and progress.
final class CheckpointStore {
  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d+)");
  private static final String MOMENTS = "optimizer.safetensors";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path runFolder;
  private final Path base;
  private final OptionalInt limit;

  CheckpointStore(Path runFolder, Path base, OptionalInt limit) {
    this.runFolder = runFolder;
    this.base = base;
    this.limit = limit;
  }

  static String name(int step) {
    return "checkpoint-" + step;
  }

  /// The newest checkpoint, by its step.
  Optional<Path> newest() throws IOException {
    var all = all();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  private List<Path> all() throws IOException {
    try (var files = Files.list(runFolder)) {
      return files
          .filter(file -> NAME.matcher(file.getFileName().toString()).matches())
          .sorted(Comparator.comparingInt(CheckpointStore::step))
          .toList();
    }
  }

  private static int step(Path checkpoint) {
    var matcher = NAME.matcher(checkpoint.getFileName().toString());
    return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  /// Writes a checkpoint, whole or not at all, then removes the oldest beyond the limit.
  void write(Decoder decoder, Optimizer optimizer, Progress progress) throws IOException {
    var folder = runFolder.resolve(name(progress.step()));
    if (!Files.exists(folder)) {
      CheckpointWriter.write(
          folder, base, decoder, temporary -> writeState(temporary, decoder, optimizer, progress));
    }
    var all = all();
    int surplus = limit.isPresent() ? Math.max(0, all.size() - limit.getAsInt()) : 0;
    for (var old : all.subList(0, surplus)) {
      CheckpointWriter.delete(old);
    }
  }

  private static void writeState(
      Path folder, Decoder decoder, Optimizer optimizer, Progress progress) throws IOException {
    var moments = new ArrayList<SafetensorsWriter.Tensor>();
    moments.addAll(CheckpointWriter.tensors(decoder.layout(), "exp_avg.", optimizer.mean()));
    moments.addAll(CheckpointWriter.tensors(decoder.layout(), "exp_avg_sq.", optimizer.variance()));
    SafetensorsWriter.write(folder.resolve(MOMENTS), moments);
    Files.writeString(
        folder.resolve(Progress.FILE),
        MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(progress.json()) + "\n");
  }

  /// Reads how far the checkpoint's run was.
  ///
  /// @throws BadInputException if the file is unreadable: a run never starts again silently
  static Progress progress(Path checkpoint) {
    var file = checkpoint.resolve(Progress.FILE);
    try {
      return Progress.of(MAPPER.readTree(Files.readString(file)));
    } catch (IOException | JacksonException e) {
      throw new BadInputException(
          "unreadable_checkpoint",
          checkpoint.getFileName().toString(),
          "%s cannot be read (%s): delete the folder %s to resume from the one before"
              .formatted(file, e.getMessage(), checkpoint.getFileName()));
    }
  }

  /// Gives the optimiser the moments of the checkpoint.
  static void restore(Path checkpoint, Decoder decoder, Optimizer optimizer, Progress progress) {
    var file = checkpoint.resolve(MOMENTS);
    var reader = new SafetensorsReader(file);
    for (int i = 0; i < decoder.layout().size(); i++) {
      var parameter = decoder.layout().get(i);
      optimizer.restore(
          i,
          progress.step(),
          reader.read(parameter, "exp_avg."),
          reader.read(parameter, "exp_avg_sq."));
    }
  }
}
