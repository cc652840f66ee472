package dev.cft.trainer.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerLogTest {
  @TempDir Path folder;

  @Test
  void lines_are_told_once_and_only_when_whole() throws IOException {
    Path file = folder.resolve("trainer_log.jsonl");
    var log = new TrainerLog(file);
    assertThat(log.poll()).isEmpty();

    Files.writeString(file, line(1) + line(2).substring(0, 20));
    assertThat(log.poll()).extracting(TrainerLog.Entry::step).containsExactly(1L);

    Files.writeString(file, line(2).substring(20) + line(3), StandardOpenOption.APPEND);
    assertThat(log.poll()).extracting(TrainerLog.Entry::step).containsExactly(2L, 3L);
    assertThat(log.poll()).isEmpty();
  }

  @Test
  void a_log_replaced_by_a_resumed_engine_is_read_from_its_start() throws IOException {
    Path file = folder.resolve("trainer_log.jsonl");
    var log = new TrainerLog(file);
    Files.writeString(file, line(1) + line(2));
    log.poll();

    Path other = Files.writeString(folder.resolve("other"), line(1) + line(2) + line(3));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);

    assertThat(log.poll()).extracting(TrainerLog.Entry::step).containsExactly(1L, 2L, 3L);
  }

  @Test
  void numbers_that_a_line_does_not_tell_are_null() throws IOException {
    Path file = folder.resolve("trainer_log.jsonl");
    Files.writeString(file, line(4));

    TrainerLog.Entry entry = new TrainerLog(file).poll().getFirst();

    assertThat(entry.totalSteps()).isEqualTo(10);
    assertThat(entry.number("loss")).isEqualTo(0.5);
    assertThat(entry.number("eval_loss")).isNull();
  }

  private static String line(int step) {
    return "{\"current_steps\": %d, \"total_steps\": 10, \"loss\": 0.5}\n".formatted(step);
  }
}
