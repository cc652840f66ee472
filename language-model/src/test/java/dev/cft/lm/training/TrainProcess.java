package dev.cft.lm.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A run folder in which tests start the trainer as a child process.
final class TrainProcess {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path folder;

  private TrainProcess(Path folder) {
    this.folder = folder;
  }

  /// A run of `rows` rows of arithmetic, with more keys of the spec.
  static TrainProcess in(Path folder, Path model, int rows, String keys) throws IOException {
    Files.createDirectories(folder.resolve("data"));
    var lines = new ArrayList<String>();
    for (int i = 0; i < rows; i++) {
      lines.add(
          """
          {"messages":[{"role":"user","content":"What is %d + %d?"},{"role":"assistant","content":"Step 1: %s the answer is %d."}]}\
          """
              .formatted(i, 3 * i, "so ".repeat(i % 5), 4 * i));
    }
    Files.write(folder.resolve("data/train.jsonl"), lines);
    var run = new TrainProcess(folder);
    run.spec("{\"model_name_or_path\":\"%s\",%s}".formatted(model, keys));
    return run;
  }

  void spec(String json) throws IOException {
    Files.writeString(folder.resolve("spec.json"), json);
  }

  Path file(String name) {
    return folder.resolve(name);
  }

  Process start() throws IOException {
    return start(List.of());
  }

  /// Starts the trainer, with words before the command such as a shell that sets a limit.
  Process start(List<String> before) throws IOException {
    var command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.cft.lm.cli.Train",
            "--spec",
            folder.resolve("spec.json").toString(),
            "--run-dir",
            folder.toString(),
            "--threads",
            "1"));
    return new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("stdout").toFile()))
        .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("stderr").toFile()))
        .start();
  }

  int finish() throws IOException, InterruptedException {
    return start().waitFor();
  }

  List<JsonNode> log() throws IOException {
    var file = folder.resolve("trainer_log.jsonl");
    return Files.exists(file)
        ? Files.readAllLines(file).stream().map(MAPPER::readTree).toList()
        : List.of();
  }

  /// The losses as written, to the last digit.
  List<String> losses() throws IOException {
    return log().stream()
        .filter(line -> line.has("loss"))
        .map(line -> line.path("current_steps") + " " + line.path("loss"))
        .toList();
  }

  /// Names of the checkpoints that are there.
  List<String> checkpoints() throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("checkpoint-"))
          .toList();
    }
  }

  JsonNode json(String name) throws IOException {
    return MAPPER.readTree(Files.readString(folder.resolve(name)));
  }

  /// Waits until the log has this many lines, or the process has ended.
  void awaitSteps(Process process, int steps) throws IOException, InterruptedException {
    while (process.isAlive() && !logged(steps)) {
      Thread.sleep(5);
    }
  }

  private boolean logged(int steps) throws IOException {
    var file = folder.resolve("trainer_log.jsonl");
    return Files.exists(file) && Files.readString(file).lines().count() >= steps;
  }
}
