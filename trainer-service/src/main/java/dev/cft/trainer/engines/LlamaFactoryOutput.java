package dev.cft.trainer.engines;

import dev.cft.trainer.engines.LlamaFactoryFiles.Output;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.TrainerLog;
import dev.cft.trainer.runs.TrainerLog.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Takes over what LLaMA-Factory writes: its log's lines, and each checkpoint when it is whole.
final class LlamaFactoryOutput {
  /// What a checkpoint that is a model consists of; the rest is for its own resume.
  private static final Pattern MODEL_FILES =
      Pattern.compile("(?!trainer_state\\.json).*\\.(json|safetensors|txt|jinja|model)");

  /// Its own checkpoints that stay: the one to resume from, and the one before it.
  private static final int KEPT = 2;

  private final RunFolder folder;
  private final LlamaFactoryFiles files;
  private final TrainerLog log;
  private final TrainerLog measures;
  private final Map<Long, ObjectNode> measured = new HashMap<>();
  private long published;

  LlamaFactoryOutput(RunFolder folder, LlamaFactoryFiles files) {
    this.folder = folder;
    this.files = files;
    this.log = new TrainerLog(files.log());
    this.measures = new TrainerLog(files.measures());
  }

  /// Forgets the log's lines after that step, and checkpoints that the run will write again.
  void forgetAfter(long step) throws IOException {
    published = step;
    if (Files.exists(folder.log())) {
      String kept =
          new TrainerLog(folder.log())
              .poll().stream()
                  .filter(entry -> entry.step() <= step)
                  .map(entry -> entry.json() + "\n")
                  .collect(Collectors.joining());
      Path temporary = folder.path().resolve("trainer_log.jsonl.tmp");
      Files.writeString(temporary, kept);
      Files.move(temporary, folder.log(), StandardCopyOption.ATOMIC_MOVE);
    }
    for (RunFolder.Checkpoint checkpoint : folder.checkpoints()) {
      if (checkpoint.step() > step) {
        FileSystemUtils.deleteRecursively(checkpoint.folder());
      }
    }
  }

  /// Takes what is new: checkpoints are listed first, so that the log tells of each step up to
  /// them.
  void poll() throws IOException {
    List<Output> whole = files.checkpoints().stream().filter(Output::isWhole).toList();
    List<Entry> entries = log.poll();
    measures.poll().forEach(entry -> measured.put(entry.step(), (ObjectNode) entry.json()));
    if (!entries.isEmpty()) {
      String lines =
          entries.stream().map(entry -> withMeasures(entry) + "\n").collect(Collectors.joining());
      Files.write(
          folder.log(),
          lines.getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
    for (Output checkpoint : whole) {
      if (checkpoint.step() > published) {
        publish(checkpoint);
      }
    }
    for (Output old : whole.subList(0, Math.max(0, whole.size() - KEPT))) {
      FileSystemUtils.deleteRecursively(old.folder());
    }
  }

  /// A step's line, with what was measured: that is written before it.
  private JsonNode withMeasures(Entry entry) {
    ObjectNode found = entry.json().has("loss") ? measured.remove(entry.step()) : null;
    return found == null ? entry.json() : found.setAll((ObjectNode) entry.json());
  }

  /// Under its final name when it is complete. Links, since weights are large.
  private void publish(Output checkpoint) throws IOException {
    String name = checkpoint.folder().getFileName().toString();
    Path target = folder.path().resolve(name);
    Path hidden = folder.path().resolve("." + name);
    FileSystemUtils.deleteRecursively(hidden);
    Files.createDirectories(hidden);
    try (Stream<Path> all = Files.list(checkpoint.folder())) {
      for (Path file : all.toList()) {
        if (MODEL_FILES.matcher(file.getFileName().toString()).matches()) {
          Files.createLink(hidden.resolve(file.getFileName()), file);
        }
      }
    }
    if (!Files.exists(target)) {
      Files.move(hidden, target, StandardCopyOption.ATOMIC_MOVE);
    } else {
      FileSystemUtils.deleteRecursively(hidden);
    }
    published = checkpoint.step();
  }
}
