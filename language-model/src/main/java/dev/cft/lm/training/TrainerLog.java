package dev.cft.lm.training;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `trainer_log.jsonl`: one line a logged step, in LLaMA-Factory's format with keys of ours.
final class TrainerLog implements AutoCloseable {
  static final String FILE = "trainer_log.jsonl";
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Plan plan;
  private final FileChannel out;
  private final Consumer<String> echo;

  private TrainerLog(Plan plan, FileChannel out, Consumer<String> echo) {
    this.plan = plan;
    this.out = out;
    this.echo = echo;
  }

  /// Opens the log of a run that has done `step` steps: lines of later steps, which were lost in a
  /// crash, are removed.
  ///
  /// @param echo hears every line that is written
  static TrainerLog open(Path runFolder, Plan plan, int step, Consumer<String> echo)
      throws IOException {
    var file = runFolder.resolve(FILE);
    if (Files.exists(file)) {
      var kept = new ArrayList<String>();
      for (var line : Files.readAllLines(file)) {
        if (step(line) <= step) {
          kept.add(line);
        }
      }
      replace(file, kept);
    }
    return new TrainerLog(
        plan, FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), echo);
  }

  private static void replace(Path file, List<String> lines) throws IOException {
    var temporary = file.resolveSibling("." + FILE + ".tmp");
    Files.write(temporary, lines);
    try (var written = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      written.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static int step(String line) {
    try {
      return MAPPER.readTree(line).path("current_steps").asInt(Integer.MAX_VALUE);
    } catch (JacksonException _) {
      return Integer.MAX_VALUE;
    }
  }

  /// What a step was like.
  record Entry(double loss, double rate, double gradientNorm, double tokensPerSecond) {}

  void step(Progress progress, Entry entry) throws IOException {
    var line = line(progress);
    line.put("loss", entry.loss()).put("lr", entry.rate());
    line.put("grad_norm", entry.gradientNorm())
        .put("tokens_per_second", Math.round(entry.tokensPerSecond()));
    Memory.peak().ifPresent(bytes -> line.put("peak_memory_bytes", bytes));
    write(line);
  }

  void evaluation(Progress progress, double loss) throws IOException {
    write(line(progress).put("eval_loss", loss));
  }

  private ObjectNode line(Progress progress) {
    int step = progress.step();
    double perStep = progress.seconds() / Math.max(1, step);
    return MAPPER
        .createObjectNode()
        .put("current_steps", step)
        .put("total_steps", plan.totalSteps())
        .put("epoch", plan.epochs(step))
        .put("percentage", Math.round(10_000.0 * step / plan.totalSteps()) / 100.0)
        .put("elapsed_time", clock(progress.seconds()))
        .put("remaining_time", clock(perStep * (plan.totalSteps() - step)))
        .put("trained_tokens", progress.trainedTokens());
  }

  private static String clock(double seconds) {
    var time = Duration.ofSeconds(Math.round(seconds));
    return "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }

  private void write(ObjectNode line) throws IOException {
    var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
    echo.accept(line.toString());
  }

  /// Waits until all lines are on the disk: a checkpoint must not outlive the lines of its steps,
  /// which no later run writes again.
  void sync() throws IOException {
    out.force(true);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
