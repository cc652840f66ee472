package dev.cft.lm.training;

import ai.djl.engine.EngineException;
import dev.cft.lm.ChatTemplate;
import dev.cft.lm.CheckpointException;
import dev.cft.lm.CheckpointInfo;
import dev.cft.lm.Checkpoints;
import dev.cft.lm.Decoder;
import dev.cft.lm.Tokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// One run in its folder: from the spec to the last checkpoint and `result.json`.
public final class TrainingRun {
  /// How a run ended.
  public enum End {
    DONE,
    /// A stop was asked for; a checkpoint is written.
    STOPPED
  }

  private final Path folder;
  private final TrainingSpec spec;
  private final String specText;
  private final BooleanSupplier stop;
  private final Consumer<String> say;
  private final Consumer<String> lines;

  private TrainingRun(
      Path folder,
      TrainingSpec spec,
      String specText,
      BooleanSupplier stop,
      Consumer<String> say,
      Consumer<String> lines) {
    this.folder = folder;
    this.spec = spec;
    this.specText = specText;
    this.stop = stop;
    this.say = say;
    this.lines = lines;
  }

  /// Trains until done or until `stop` says so, asked after every step; resumes from the newest
  /// checkpoint if there is one.
  ///
  /// @param say hears what a person may want to read
  /// @param lines hears every line of `trainer_log.jsonl`
  /// @throws BadInputException for a wrong spec, data or checkpoint
  /// @throws IOException if the folder cannot be written
  public static End run(
      Path specFile,
      Path folder,
      BooleanSupplier stop,
      Consumer<String> say,
      Consumer<String> lines)
      throws IOException {
    var spec = TrainingSpec.read(specFile, say);
    try {
      return new TrainingRun(folder, spec, Files.readString(specFile), stop, say, lines).run();
    } catch (EngineException | OutOfMemoryError e) {
      throw OutOfMemory.of(e).orElseThrow(() -> new IllegalStateException(e));
    }
  }

  private End run() throws IOException {
    var base = folder.resolve(spec.model()).normalize();
    var model = inspected(base);
    var rowSpec = spec.rows().within(model.config().maxPositions());
    var train = folder.resolve(spec.rows().dataset());
    var data = data(base, train, rowSpec);
    var rows = data.rows();
    say.accept(
        "%d rows, %d truncated, %d without a trained token left out"
            .formatted(rows.rows().size(), rows.truncated(), rows.untrained()));
    requireVocabulary(rows, model.config().vocabularySize());
    var units =
        spec.rows().packed()
            ? Packing.packed(rows.rows(), rowSpec.cutoff())
            : Packing.alone(rows.rows().size());
    var plan = Plan.of(units.size(), spec.batches(), spec.rows().shuffled());
    var fingerprint = sha256(List.of(specText, model.sha256(), sha256(train)));
    var store = new CheckpointStore(folder, base, spec.output().limits());
    store.removeHalves();
    var resumed = store.newest();
    var start = resumed.or(this::continued);
    var progress =
        resumed.isPresent()
            ? CheckpointStore.progress(resumed.get())
            : start
                .map(other -> CheckpointStore.progress(other).continuedAs(fingerprint))
                .orElse(Progress.start(fingerprint));
    requireSame(fingerprint, progress, resumed);
    requireStepsLeft(progress, plan, resumed);
    var weights = spec.mode().lora().isPresent() ? base : start.orElse(base);
    try (var decoder = load(weights);
        var trainee = new Trainee(decoder, spec.mode(), base.toString(), spec.batches().seed())) {
      var optimizer = new Optimizer(trainee, spec.descent());
      start.ifPresent(checkpoint -> restore(checkpoint, trainee, optimizer, progress));
      try (var log = TrainerLog.open(folder, plan, progress.step(), lines)) {
        var loop =
            new TrainingLoop(
                spec,
                plan,
                units,
                rows,
                data.evalRows(),
                new TrainingLoop.Parts(trainee, optimizer, store, log));
        var last = loop.run(progress, stop);
        boolean done = last.step() >= plan.totalSteps() && tellRowLosses(loop, rows);
        if (done) {
          new RunResult(folder).write(last, plan, rows, model.sha256(), store.best());
        }
        return done ? End.DONE : End.STOPPED;
      }
    }
  }

  private record Data(Examples rows, Optional<Examples> evalRows) {}

  private Data data(Path base, Path train, TrainingSpec.Rows rowSpec) {
    try (var tokenizer = Tokenizer.load(base)) {
      var template =
          spec.rows().template().map(ChatTemplate::named).orElseGet(() -> ChatTemplate.load(base));
      return new Data(
          Examples.read(train, rowSpec, tokenizer, template),
          spec.rows()
              .evalDataset()
              .map(file -> Examples.read(folder.resolve(file), rowSpec, tokenizer, template)));
    } catch (IllegalArgumentException e) {
      throw new BadInputException("invalid_spec", "template", "spec.json: " + e.getMessage());
    }
  }

  /// What a run that has no checkpoint of its own goes on from.
  private Optional<Path> continued() {
    return spec.output().continued().map(folder::resolve);
  }

  private static void requireStepsLeft(Progress progress, Plan plan, Optional<Path> resumed) {
    if (resumed.isEmpty() && progress.step() > 0 && progress.step() >= plan.totalSteps()) {
      throw new BadInputException(
          "invalid_spec",
          "num_train_epochs",
          "The run that is continued has done %d steps, this one ends after %d: give more epochs or steps"
              .formatted(progress.step(), plan.totalSteps()));
    }
  }

  /// False where it was stopped.
  private boolean tellRowLosses(TrainingLoop loop, Examples rows) throws IOException {
    int most = spec.output().rowLosses();
    return most == 0
        || new RowLosses(folder.resolve(RowLosses.FILE), most).write(rows, loop::loss, stop);
  }

  private static void requireVocabulary(Examples rows, int vocabulary) {
    int largest = rows.rows().stream().mapToInt(Example::largestToken).max().orElse(0);
    if (largest >= vocabulary) {
      throw new BadInputException(
          "invalid_checkpoint",
          "model_name_or_path",
          "The tokenizer gives token %d, the model has a vocabulary of %d"
              .formatted(largest, vocabulary));
    }
  }

  private CheckpointInfo inspected(Path base) {
    try {
      return Checkpoints.inspect(base);
    } catch (CheckpointException e) {
      throw new BadInputException(
          "invalid_checkpoint", "model_name_or_path", String.valueOf(e.getMessage()));
    }
  }

  private static Decoder load(Path checkpoint) {
    try {
      return Decoder.load(checkpoint);
    } catch (CheckpointException e) {
      throw new BadInputException(
          "invalid_checkpoint",
          checkpoint.getFileName().toString(),
          String.valueOf(e.getMessage()));
    }
  }

  private void restore(Path checkpoint, Trainee trainee, Optimizer optimizer, Progress progress) {
    try {
      CheckpointStore.restore(checkpoint, trainee, optimizer, progress);
    } catch (CheckpointException e) {
      throw new BadInputException(
          "unreadable_checkpoint",
          checkpoint.getFileName().toString(),
          String.valueOf(e.getMessage()));
    }
    say.accept("Resumed from " + checkpoint.getFileName());
  }

  private static void requireSame(String fingerprint, Progress progress, Optional<Path> resumed) {
    if (!progress.fingerprint().equals(fingerprint)) {
      throw new BadInputException(
          "changed_run",
          resumed.map(checkpoint -> checkpoint.getFileName().toString()).orElse(null),
          "The spec, the data or the base model changed since the newest checkpoint was written; use a new run folder");
    }
  }

  private static String sha256(List<String> parts) {
    return HexFormat.of()
        .formatHex(digest().digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8)));
  }

  /// Hash of a file's content, in hex.
  static String sha256(Path file) throws IOException {
    var digest = digest();
    try (var in = Files.newInputStream(file)) {
      var block = new byte[1 << 16];
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        digest.update(block, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
