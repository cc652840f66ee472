package dev.cft.lm.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `result.json` or `error.json`, whichever ends a run.
public final class RunResult {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Path folder;

  /// For the run in this folder.
  public RunResult(Path folder) {
    this.folder = folder;
  }

  void write(Progress last, Plan plan, Examples rows, String modelHash, Optional<String> best)
      throws IOException {
    var json = MAPPER.createObjectNode();
    json.put("steps", last.step()).put("epochs", plan.epochs(last.step()));
    json.put("trained_tokens", last.trainedTokens()).put("train_loss", last.meanLoss());
    json.put("seconds", last.seconds()).put("checkpoint", CheckpointStore.name(last.step()));
    json.put("rows", rows.rows().size())
        .put("truncated_rows", rows.truncated())
        .put("untrained_rows", rows.untrained());
    best.ifPresent(checkpoint -> json.put("best_checkpoint", checkpoint));
    Memory.peak().ifPresent(bytes -> json.put("peak_memory_bytes", bytes));
    json.put("base_model_sha256", modelHash).put("fingerprint", last.fingerprint());
    json.putObject("versions")
        .put("java", Runtime.version().toString())
        .put("pytorch", "2.7.1")
        .put("djl", "0.35.1");
    write("result.json", json);
    Files.deleteIfExists(folder.resolve("error.json"));
  }

  /// Says why the run ended without a result.
  public void error(String code, String message, @Nullable String param) throws IOException {
    write(
        "error.json",
        MAPPER.createObjectNode().put("code", code).put("message", message).put("param", param));
  }

  private void write(String name, ObjectNode json) throws IOException {
    var temporary = folder.resolve("." + name + ".tmp");
    Files.writeString(
        temporary, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
    Files.move(temporary, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }
}
