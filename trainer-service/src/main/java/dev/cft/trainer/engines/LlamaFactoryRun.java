package dev.cft.trainer.engines;

import dev.cft.store.StoreJson;
import dev.cft.trainer.engines.LlamaFactoryFiles.Output;
import dev.cft.trainer.runs.NodeRank;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.TrainerLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Main class of the engine `llama-factory`: runs LLaMA-Factory in a process of its own and puts
/// what it writes in the run folder's terms.
public final class LlamaFactoryRun {
  /// What Python is started on.
  static final String SCRIPT = "run.py";

  private static final int DONE = 0;
  private static final int STOPPED = 75;
  private static final long POLL_MILLIS = 200;

  private final RunFolder folder;
  private final LlamaFactoryFiles files;
  private final LlamaFactoryLaunch launch;
  private final LlamaFactoryOutput output;

  private LlamaFactoryRun(RunFolder folder) throws IOException {
    this.folder = folder;
    this.files = LlamaFactoryFiles.of(folder);
    this.launch =
        StoreJson.mapper().readValue(Files.readAllBytes(files.launch()), LlamaFactoryLaunch.class);
    this.output = new LlamaFactoryOutput(folder, files);
  }

  /// `--spec FILE --run-dir FOLDER --threads N`.
  public static void main(String[] args) throws Exception {
    int at = List.of(args).indexOf("--run-dir");
    int code = new LlamaFactoryRun(new RunFolder(Path.of(args[at + 1]))).run();
    System.out.flush();
    Runtime.getRuntime().halt(code);
  }

  private int run() throws IOException, InterruptedException {
    if (!NodeRank.isFirst()) {
      return train(() -> {});
    }
    Files.deleteIfExists(files.stopRequest());
    Files.deleteIfExists(files.stopped());
    resumeFromNewest();
    int code = train(output::poll);
    if (code == DONE) {
      writeResult();
    }
    return code;
  }

  /// Takes over what was written.
  private interface Poll {
    void now() throws IOException;
  }

  /// To the end, or until it was told to stop. Over several nodes this is the part of one: they
  /// wait for each other, and the first one has prepared the folder when they train.
  private int train(Poll poll) throws IOException, InterruptedException {
    Process process = start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process)));
    while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
      poll.now();
    }
    poll.now();
    return Files.exists(files.stopped()) ? STOPPED : process.exitValue();
  }

  private Process start() throws IOException {
    var builder =
        new ProcessBuilder(
                launch.python(), folder.path().relativize(files.script(SCRIPT)).toString())
            .directory(folder.path().toFile())
            .inheritIO();
    builder.environment().put("HF_HUB_OFFLINE", "1");
    builder.environment().put("PYTHONUNBUFFERED", "1");
    return builder.start();
  }

  /// Asks for a checkpoint and waits for it; whoever told us to stop kills us where it takes too
  /// long, and the process with us.
  private void stop(Process process) {
    try {
      Files.writeString(files.stopRequest(), "");
      process.waitFor();
      Thread.sleep(10 * POLL_MILLIS); // the main thread ends this process with its exit code
    } catch (IOException failure) {
      process.destroy();
      throw new UncheckedIOException("cannot ask LLaMA-Factory to stop", failure);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void resumeFromNewest() throws IOException {
    Optional<Output> newest = Optional.empty();
    for (Output checkpoint : files.checkpoints()) {
      if (checkpoint.isResumable()) {
        newest = Optional.of(checkpoint);
      } else if (!checkpoint.isWhole()) {
        FileSystemUtils.deleteRecursively(checkpoint.folder());
      }
    }
    Path resume = files.folder().resolve("resume");
    if (newest.isPresent()) {
      Files.writeString(resume, folder.path().relativize(newest.get().folder()).toString());
    } else {
      Files.deleteIfExists(resume);
    }
    output.forgetAfter(newest.map(Output::step).orElse(0L));
    Files.deleteIfExists(files.log());
    Files.deleteIfExists(files.measures());
  }

  /// Over all steps: the trainer's own is of those since it was last resumed.
  private double meanLoss() throws IOException {
    return new TrainerLog(folder.log())
        .poll().stream()
            .map(entry -> entry.number("loss"))
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .average()
            .orElse(Double.NaN);
  }

  private void writeResult() throws IOException {
    JsonNode results = StoreJson.mapper().readTree(Files.readAllBytes(files.results()));
    double epochs = results.path("epoch").asDouble(0);
    long step = folder.checkpoints().stream().mapToLong(RunFolder.Checkpoint::step).max().orElse(0);
    ObjectNode result =
        StoreJson.mapper()
            .createObjectNode()
            .put("steps", step)
            .put("epochs", epochs)
            .put("trained_tokens", Math.round(epochs * launch.targetTokens()))
            .put("train_loss", meanLoss())
            .put("seconds", results.path("train_runtime").asDouble())
            .put("checkpoint", "checkpoint-" + step);
    result.set("versions", StoreJson.mapper().readTree(Files.readAllBytes(files.versions())));
    folder.write(folder.path().resolve("result.json"), result);
  }
}
