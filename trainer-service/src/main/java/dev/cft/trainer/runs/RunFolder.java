package dev.cft.trainer.runs;

import dev.cft.lm.WholeFolder;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One job's run folder. `spec.json` and `data/` are ours; the log, checkpoints, `result.json` and
/// `error.json` are the engine's.
public record RunFolder(Path path) {
  private static final String MODEL = "model";
  private static final String CONTINUED = "continued";
  private static final Pattern CHECKPOINT = Pattern.compile("checkpoint-(\\d{1,18})");

  /// The folder, made where it is missing.
  public RunFolder create() {
    try {
      Files.createDirectories(path.resolve("data"));
      Files.createDirectories(path.resolve("logs"));
      return this;
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot make the run folder " + path, failure);
    }
  }

  public boolean exists() {
    return Files.isDirectory(path);
  }

  public Path spec() {
    return path.resolve("spec.json");
  }

  public Path trainingRows() {
    return path.resolve("data/train.jsonl");
  }

  public Path validationRows() {
    return path.resolve("data/validation.jsonl");
  }

  /// Where the rows of the training set stand in their source, a number from 1 a line.
  public Path trainingPlaces() {
    return path.resolve("data/train.places");
  }

  /// What the engine tells of single rows at the end.
  public Path rowLosses() {
    return path.resolve("row_losses.jsonl");
  }

  /// The ids of files that clients get, once they are stored.
  public Path resultFiles() {
    return path.resolve("result_files.json");
  }

  public Path log() {
    return path.resolve("trainer_log.jsonl");
  }

  public Path stdout() {
    return path.resolve("logs/stdout.log");
  }

  public Path stderr() {
    return path.resolve("logs/stderr.log");
  }

  /// Points `model` at the base checkpoint, so that the spec is the same wherever that lies.
  ///
  /// @return the name to put into the spec
  public String linkModel(Path checkpoint) throws IOException {
    return link(MODEL, checkpoint);
  }

  /// Points `continued` at a checkpoint of another run, which this one goes on from.
  ///
  /// @return the name to put into the spec
  public String linkContinued(Path checkpoint) throws IOException {
    return link(CONTINUED, checkpoint);
  }

  private String link(String name, Path checkpoint) throws IOException {
    Path link = path.resolve(name);
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, checkpoint.toAbsolutePath());
    return name;
  }

  /// Writes JSON to a temporary name and renames it.
  public void write(Path file, Object json) throws IOException {
    Path temporary = Files.createTempFile(file.getParent(), file.getFileName() + ".", ".tmp");
    try {
      Files.write(
          temporary, StoreJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /// The engine's result, once it is written.
  public Optional<ObjectNode> result() {
    return read(path.resolve("result.json"));
  }

  /// What the engine says went wrong.
  public Optional<JobError> error() {
    return read(path.resolve("error.json")).map(RunFolder::error);
  }

  /// Removes what an earlier attempt ended with, so that it is not taken for this attempt's end.
  public void forgetEnd() throws IOException {
    Files.deleteIfExists(path.resolve("error.json"));
    Files.deleteIfExists(path.resolve("result.json"));
  }

  /// Complete checkpoints by step, from 1; the engine renames a folder to its name when it is
  /// whole.
  public List<Checkpoint> checkpoints() {
    if (!exists()) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries
          .flatMap(entry -> Checkpoint.of(entry).stream())
          .filter(checkpoint -> checkpoint.step() > 0)
          .sorted(Comparator.comparingLong(Checkpoint::step))
          .toList();
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot list " + path, failure);
    }
  }

  /// Deletes checkpoints up to a step, but never the newest `keep`.
  public void prune(int keep, long upToStep) throws IOException {
    List<Checkpoint> all = checkpoints();
    for (Checkpoint old : all.subList(0, Math.max(0, all.size() - keep))) {
      if (old.step() <= upToStep) {
        WholeFolder.delete(old.folder());
      }
    }
  }

  /// Renames a broken checkpoint, so that the one before it is resumed from.
  ///
  /// @return false where the name is no checkpoint's, or there is none before it
  public boolean setAside(String checkpoint) {
    List<Checkpoint> all = checkpoints();
    boolean isNewest =
        all.size() > 1 && all.getLast().folder().getFileName().toString().equals(checkpoint);
    if (isNewest) {
      try {
        FileSystemUtils.deleteRecursively(path.resolve("broken-" + checkpoint));
        Files.move(path.resolve(checkpoint), path.resolve("broken-" + checkpoint));
      } catch (IOException failure) {
        throw new UncheckedIOException("cannot set " + checkpoint + " aside", failure);
      }
    }
    return isNewest;
  }

  private static Optional<ObjectNode> read(Path file) {
    try {
      return Files.exists(file)
          ? Optional.of((ObjectNode) StoreJson.mapper().readTree(Files.readAllBytes(file)))
          : Optional.empty();
    } catch (IOException | JacksonException | ClassCastException failure) {
      return Optional.empty();
    }
  }

  private static JobError error(JsonNode json) {
    return new JobError(
        json.path("code").asString("training_failed"),
        json.path("message").asString("the trainer gave no message"),
        json.path("param").isString() ? json.path("param").asString() : null);
  }

  /// A checkpoint in Hugging Face layout.
  public record Checkpoint(long step, Path folder) {
    static Optional<Checkpoint> of(Path entry) {
      var name = CHECKPOINT.matcher(entry.getFileName().toString());
      return name.matches() && Files.exists(entry.resolve("config.json"))
          ? Optional.of(new Checkpoint(Long.parseLong(name.group(1)), entry))
          : Optional.empty();
    }
  }
}
