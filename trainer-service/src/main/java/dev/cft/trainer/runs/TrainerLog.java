package dev.cft.trainer.runs;

import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// `trainer_log.jsonl` read as it grows. Only whole lines are taken; a resumed engine puts a log
/// cut back to its checkpoint in the file's place, which is read from the start.
public final class TrainerLog {
  private final Path file;
  private @Nullable Object fileKey;
  private long position;

  public TrainerLog(Path file) {
    this.file = file;
  }

  /// Lines written since the last call.
  public List<Entry> poll() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    while (true) {
      Object key = key();
      try (var log = new RandomAccessFile(file.toFile(), "r")) {
        // else it was replaced in between, and either may have been opened
        if (Objects.equals(key, key())) {
          return poll(log, key);
        }
      }
    }
  }

  private List<Entry> poll(RandomAccessFile log, @Nullable Object key) throws IOException {
    boolean isReplaced = !Objects.equals(key, fileKey) || log.length() < position;
    fileKey = key;
    position = isReplaced ? 0 : position;
    log.seek(position);
    var unread = new byte[Math.toIntExact(log.length() - position)];
    log.readFully(unread);
    int end = lastLineEnd(unread);
    position += end;
    return new String(unread, 0, end, StandardCharsets.UTF_8)
        .lines()
        .flatMap(line -> Entry.parse(line).stream())
        .toList();
  }

  private @Nullable Object key() throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private static int lastLineEnd(byte[] text) {
    int end = text.length;
    while (end > 0 && text[end - 1] != '\n') {
      end--;
    }
    return end;
  }

  /// A line of the log, in LLaMA-Factory's format; what a line does not tell is null.
  ///
  /// @param json the whole line
  public record Entry(long step, long totalSteps, JsonNode json) {
    static Optional<Entry> parse(String line) {
      try {
        JsonNode json = StoreJson.mapper().readTree(line);
        return json.has("current_steps")
            ? Optional.of(
                new Entry(
                    json.get("current_steps").asLong(), json.path("total_steps").asLong(0), json))
            : Optional.empty();
      } catch (JacksonException torn) {
        return Optional.empty();
      }
    }

    /// A number of the line.
    public @Nullable Double number(String name) {
      JsonNode value = json.path(name);
      return value.isNumber() ? value.asDouble() : null;
    }
  }
}
