package dev.cft.lm.training;

import ai.djl.ndarray.NDArray;
import dev.cft.lm.CheckpointException;
import dev.cft.lm.CheckpointWriter;
import dev.cft.lm.SafetensorsReader;
import dev.cft.lm.SafetensorsWriter;
import dev.cft.lm.WholeFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The checkpoints of a run folder: `checkpoint-<step>` with weights, moments and progress.
final class CheckpointStore {
  /// Which checkpoints stay: the `last` newest and the `best` by their loss on the evaluation rows;
  /// 0 sets no limit, unless the other is set.
  record Limits(int last, int best) {
    static final Limits NONE = new Limits(0, 0);
  }

  private static final Pattern NAME = Pattern.compile("checkpoint-(\\d+)");
  private static final Pattern HALF = Pattern.compile("\\.checkpoint-\\d+\\.tmp");

  /// In a folder of its own: vLLM takes every safetensors file beside the weights for weights.
  private static final String MOMENTS = "resume/optimizer.safetensors";

  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path runFolder;
  private final Path base;
  private final Limits limits;

  CheckpointStore(Path runFolder, Path base, Limits limits) {
    this.runFolder = runFolder;
    this.base = base;
    this.limits = limits;
  }

  static String name(int step) {
    return "checkpoint-" + step;
  }

  /// Removes what killed processes left half-written: the same steps need not be saved again.
  void removeHalves() throws IOException {
    try (var files = Files.list(runFolder)) {
      for (var file : files.toList()) {
        if (HALF.matcher(file.getFileName().toString()).matches()) {
          WholeFolder.delete(file);
        }
      }
    }
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

  /// Writes a checkpoint, whole or not at all, then removes those beyond the limits.
  void write(Trainee trainee, Optimizer optimizer, Progress progress) throws IOException {
    var folder = runFolder.resolve(name(progress.step()));
    if (!Files.exists(folder)) {
      CheckpointWriter.write(
          folder,
          base,
          weights(trainee),
          temporary -> writeState(temporary, trainee, optimizer, progress));
    }
    prune();
  }

  private void prune() throws IOException {
    var all = all();
    if (limits.equals(Limits.NONE)) {
      return;
    }
    var kept = new HashSet<Path>();
    // The newest is what a run resumes from.
    kept.addAll(all.subList(Math.max(0, all.size() - Math.max(1, limits.last())), all.size()));
    byEvalLoss(all).stream().limit(limits.best()).forEach(kept::add);
    for (var checkpoint : all) {
      if (!kept.contains(checkpoint)) {
        WholeFolder.delete(checkpoint);
      }
    }
  }

  /// The checkpoint with the lowest loss on the evaluation rows.
  Optional<String> best() throws IOException {
    return byEvalLoss(all()).stream()
        .findFirst()
        .map(checkpoint -> checkpoint.getFileName().toString());
  }

  private record Evaluated(Path checkpoint, double loss) {}

  /// The checkpoints with a loss on the evaluation rows, lowest first. Whoever follows the run may
  /// remove old ones at any moment: one that is gone is left out.
  private static List<Path> byEvalLoss(List<Path> checkpoints) {
    return checkpoints.stream()
        .flatMap(checkpoint -> evaluated(checkpoint).stream())
        .sorted(Comparator.comparingDouble(Evaluated::loss))
        .map(Evaluated::checkpoint)
        .toList();
  }

  private static Optional<Evaluated> evaluated(Path checkpoint) {
    try {
      var loss = progress(checkpoint).evalLoss();
      return loss.isPresent()
          ? Optional.of(new Evaluated(checkpoint, loss.getAsDouble()))
          : Optional.empty();
    } catch (BadInputException unreadable) {
      if (Files.exists(checkpoint)) {
        throw unreadable;
      }
      return Optional.empty();
    }
  }

  /// The whole model, adapters merged into its weights.
  static List<SafetensorsWriter.Tensor> weights(Trainee trainee) {
    var decoder = trainee.decoder();
    var tensors = new ArrayList<SafetensorsWriter.Tensor>();
    for (int i = 0; i < decoder.layout().size(); i++) {
      int index = i;
      tensors.addAll(
          CheckpointWriter.tensors(
              decoder.layout().get(i), "", () -> floats(trainee.merged(index))));
    }
    return tensors;
  }

  /// An array's floats; closes it.
  private static ByteBuffer floats(NDArray array) {
    try (array) {
      return array.toByteBuffer();
    }
  }

  private static void writeState(
      Path folder, Trainee trainee, Optimizer optimizer, Progress progress) throws IOException {
    var moments = new ArrayList<SafetensorsWriter.Tensor>();
    for (var state : optimizer.state()) {
      moments.addAll(
          CheckpointWriter.tensors(
              state.parameter(), state.prefix(), () -> floats(trainee.one("fp32", state.array()))));
    }
    Files.createDirectories(folder.resolve(MOMENTS).resolveSibling(""));
    SafetensorsWriter.write(folder.resolve(MOMENTS), moments);
    if (trainee.adapters().isPresent()) {
      PeftFolder.write(folder.resolve(PeftFolder.NAME), trainee);
    }
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

  /// Gives adapters and optimiser what the checkpoint holds of them.
  ///
  /// @throws CheckpointException if it does not hold it whole
  static void restore(Path checkpoint, Trainee trainee, Optimizer optimizer, Progress progress) {
    var reader = new SafetensorsReader(checkpoint.resolve(MOMENTS));
    optimizer.restore(progress.step(), state -> reader.read(state.parameter(), state.prefix()));
    if (trainee.adapters().isPresent()) {
      PeftFolder.read(checkpoint.resolve(PeftFolder.NAME), trainee);
    }
  }
}
