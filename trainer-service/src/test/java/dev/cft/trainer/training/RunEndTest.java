package dev.cft.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobRun.Signal;
import dev.cft.store.jobs.Outcome;
import dev.cft.trainer.runs.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunEndTest {
  @TempDir Path runs;
  private RunFolder folder;
  private RunEnd end;

  @BeforeEach
  void makeRunFolder() {
    folder = new RunFolder(runs.resolve("ftjob-1")).create();
    end = new RunEnd(folder, Duration.ofSeconds(5));
  }

  @Test
  void bad_input_fails_the_job_with_the_engines_words() throws IOException {
    writeError("invalid_data", "train.jsonl line 3: is not JSON");

    assertThat(end.of(42, Signal.GO_ON))
        .isEqualTo(
            new Outcome.Failed(
                new JobError("invalid_data", "train.jsonl line 3: is not JSON", null)));
  }

  @Test
  void a_broken_checkpoint_is_set_aside_for_the_one_before_it() throws IOException {
    for (int step : new int[] {4, 8}) {
      Path checkpoint = Files.createDirectories(folder.path().resolve("checkpoint-" + step));
      Files.writeString(checkpoint.resolve("config.json"), "{}");
    }
    Files.writeString(
        folder.path().resolve("error.json"),
        """
        {"code": "unreadable_checkpoint", "message": "x", "param": "checkpoint-8"}\
        """);

    assertThat(end.of(42, Signal.GO_ON)).isInstanceOf(Outcome.Retry.class);
    assertThat(folder.checkpoints()).extracting(RunFolder.Checkpoint::step).containsExactly(4L);

    Files.writeString(
        folder.path().resolve("error.json"),
        """
        {"code": "unreadable_checkpoint", "message": "x", "param": "checkpoint-4"}\
        """);
    assertThat(end.of(42, Signal.GO_ON)).isInstanceOf(Outcome.Failed.class);
  }

  @Test
  void a_full_disk_parks_the_job_with_the_reason() throws IOException {
    writeError("cannot_write", "The run folder cannot be written: No space left on device");

    assertThat(end.of(74, Signal.GO_ON))
        .isInstanceOfSatisfying(
            Outcome.Parked.class,
            parked ->
                assertThat(parked.reason())
                    .isEqualTo("The run folder cannot be written: No space left on device"));
  }

  @Test
  void a_killed_process_is_tried_again_with_what_it_last_said() throws IOException {
    Files.writeString(folder.stderr(), "working\nlast words\n");

    assertThat(end.of(137, Signal.GO_ON))
        .isInstanceOfSatisfying(
            Outcome.Retry.class,
            retry ->
                assertThat(retry.error().message())
                    .contains("was killed (SIGKILL")
                    .endsWith("last words"));
  }

  @Test
  void a_stop_means_what_was_asked_for() {
    assertThat(end.of(75, Signal.PAUSE)).isEqualTo(new Outcome.Paused());
    assertThat(end.of(75, Signal.SHUTDOWN)).isEqualTo(new Outcome.Released());
    assertThat(end.of(75, Signal.GO_ON)).isEqualTo(new Outcome.Released());
    assertThat(end.of(137, Signal.PAUSE)).isEqualTo(new Outcome.Paused());
  }

  @Test
  void java_heap_that_ran_out_names_the_setting() {
    assertThat(end.of(3, Signal.GO_ON))
        .isInstanceOfSatisfying(
            Outcome.Retry.class,
            retry -> assertThat(retry.error().message()).contains("cft.trainer.local.heap"));
  }

  private void writeError(String code, String message) throws IOException {
    Files.writeString(
        folder.path().resolve("error.json"),
        "{\"code\": \"%s\", \"message\": \"%s\", \"param\": null}".formatted(code, message));
  }
}
