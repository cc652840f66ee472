package dev.cft.trainer.engines;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.trainer.TrainerProperties;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.RunFolder.Checkpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/// LLaMA-Factory, the trainer of the paper's authors: a CPU, a GPU, or several with DeepSpeed.
final class LlamaFactoryEngine implements Engine {
  static final String NAME = "llama-factory";

  private static final List<String> SCRIPTS = List.of(LlamaFactoryRun.SCRIPT, "telling.py");

  private final Path python;
  private final String version;
  private final @Nullable String image;

  LlamaFactoryEngine(TrainerProperties.LlamaFactory settings) {
    if (settings.python() == null) {
      throw new IllegalArgumentException(
          "cft.trainer.engines has 'llama-factory': set cft.trainer.llama-factory.python to the"
              + " Python that has LLaMA-Factory "
              + settings.version());
    }
    this.python = settings.python();
    this.version = settings.version();
    this.image = settings.image();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String mainClass() {
    return LlamaFactoryRun.class.getName();
  }

  @Override
  public Optional<String> image() {
    return Optional.ofNullable(image);
  }

  @Override
  public boolean usesSeveralGpus() {
    return true;
  }

  @Override
  public boolean trainsAdapters() {
    return false;
  }

  @Override
  public boolean continuesOthers() {
    return false;
  }

  @Override
  public Optional<String> prepare(Setup setup) throws IOException {
    requireChat(setup.folder().trainingRows());
    Map<String, Object> config = LlamaFactoryConfig.of(setup);
    var files = LlamaFactoryFiles.of(setup.folder());
    Files.createDirectories(files.folder());
    Files.writeString(files.config(), yaml(config));
    setup.folder().write(files.datasets(), LlamaFactoryConfig.datasets(setup));
    int processes = Math.max(1, setup.gpus());
    setup
        .folder()
        .write(
            files.launch(),
            new LlamaFactoryLaunch(
                python.toString(),
                version,
                processes,
                setup.targetTokens(),
                Objects.requireNonNullElse(setup.spec().rowLosses(), 0)));
    for (String script : SCRIPTS) {
      writeScript(script, files.script(script));
    }
    if (config.containsKey("deepspeed")) {
      Path zero3 = setup.folder().path().resolve(LlamaFactoryConfig.ZERO_3);
      Files.createDirectories(zero3.getParent());
      setup.folder().write(zero3, LlamaFactoryConfig.zero3());
    }
    return Boolean.TRUE.equals(config.get("save_only_model"))
        ? startAfresh(setup.folder(), files)
        : Optional.empty();
  }

  /// Checkpoints of such a run cannot be resumed from: it begins again, with the same end.
  private static Optional<String> startAfresh(RunFolder folder, LlamaFactoryFiles files)
      throws IOException {
    boolean hasBegun = !folder.checkpoints().isEmpty() || Files.exists(files.output());
    for (Checkpoint checkpoint : folder.checkpoints()) {
      FileSystemUtils.deleteRecursively(checkpoint.folder());
    }
    FileSystemUtils.deleteRecursively(files.output());
    return hasBegun
        ? Optional.of(
            "The run begins again from its first step: its checkpoints hold the model only"
                + " (save_only_model, as in the preset), so that there is nothing to resume from")
        : Optional.empty();
  }

  private static String yaml(Map<String, Object> config) {
    var options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    return new Yaml(options).dump(config);
  }

  private static void writeScript(String name, Path target) throws IOException {
    try (InputStream script =
        Objects.requireNonNull(LlamaFactoryEngine.class.getResourceAsStream(name))) {
      Files.copy(script, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void requireChat(Path rows) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(rows, StandardCharsets.UTF_8)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (!StoreJson.mapper().readTree(line).has("messages")) {
          throw new JobFailedException(
              new JobError(
                  "invalid_value",
                  ("row %d is a plain text; the engine llama-factory trains on conversations:"
                          + " take engine djl, or rows with questions or messages")
                      .formatted(number),
                  "engine"));
        }
      }
    }
  }
}
