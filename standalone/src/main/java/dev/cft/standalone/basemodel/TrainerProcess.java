package dev.cft.standalone.basemodel;

import dev.cft.store.StoreJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// The platform's own trainer on a run folder, in a process of its own.
final class TrainerProcess {
  private final Path folder;

  TrainerProcess(Path folder) {
    this.folder = folder;
  }

  /// Trains; returns the folder of the last checkpoint.
  ///
  /// @param spec the run folder contract's keys
  /// @param rows of the training file
  Path train(Map<String, Object> spec, List<? extends Object> rows, Consumer<JsonNode> progress)
      throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("data"));
    var mapper = StoreJson.mapper();
    var lines = rows.stream().map(mapper::writeValueAsString).toList();
    Files.write(folder.resolve("data/train.jsonl"), lines);
    Files.writeString(folder.resolve("spec.json"), mapper.writeValueAsString(spec));
    var log = folder.resolve("trainer.out");
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.cft.lm.cli.Train",
                "--spec",
                folder.resolve("spec.json").toString(),
                "--run-dir",
                folder.toString(),
                // Two threads are slower than one at this size (docs/experiments.md).
                "--threads",
                "1")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      follow(process, progress);
    } finally {
      process.destroy();
    }
    if (process.waitFor() != 0) {
      throw new IOException(
          "the trainer ended with %d; see %s".formatted(process.exitValue(), log));
    }
    return newestCheckpoint();
  }

  private void follow(Process process, Consumer<JsonNode> progress)
      throws IOException, InterruptedException {
    var file = folder.resolve("trainer_log.jsonl");
    int seen = 0;
    while (process.isAlive()) {
      Thread.sleep(500);
      var lines = Files.exists(file) ? Files.readAllLines(file) : List.<String>of();
      for (; seen < lines.size(); seen++) {
        if (lines.get(seen).endsWith("}")) {
          progress.accept(StoreJson.mapper().readTree(lines.get(seen)));
        }
      }
    }
  }

  private Path newestCheckpoint() throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .filter(path -> path.getFileName().toString().matches("checkpoint-\\d+"))
          .max((a, b) -> Integer.compare(step(a), step(b)))
          .orElseThrow(() -> new IOException("the trainer left no checkpoint in " + folder));
    }
  }

  private static int step(Path checkpoint) {
    return Integer.parseInt(checkpoint.getFileName().toString().substring("checkpoint-".length()));
  }
}
