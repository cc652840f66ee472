package dev.cft.trainer.training;

import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobRun.Signal;
import dev.cft.store.jobs.Outcome;
import dev.cft.trainer.runs.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a training process's end means for its job. Exit codes 0, 42, 74 and 75 are the run
/// folder's contract; the others are the JVM's and the operating system's.
final class RunEnd {
  static final int DONE = 0;
  private static final int BAD_INPUT = 42;
  private static final int CANNOT_WRITE = 74;
  static final int STOPPED = 75;
  private static final int FOLDER_IN_USE = 76;

  /// HotSpot's `-XX:+ExitOnOutOfMemoryError`.
  private static final int OUT_OF_HEAP = 3;

  /// A full disk is the machine's fault, not the job's: it waits instead of failing, some retry
  /// delays each time.
  private static final int DISK_FAULT_DELAYS = 6;

  private static final int TAIL = 2000;

  private final RunFolder folder;
  private final Duration retryDelay;
  private final @Nullable String cause;

  RunEnd(RunFolder folder, Duration retryDelay) {
    this(folder, retryDelay, null);
  }

  /// @param cause what the process died of, where its launcher knows
  RunEnd(RunFolder folder, Duration retryDelay, @Nullable String cause) {
    this.folder = folder;
    this.retryDelay = retryDelay;
    this.cause = cause;
  }

  /// @param exit any code but 0
  /// @param asked what the process had been asked to do
  Outcome of(int exit, Signal asked) {
    return switch (exit) {
      case BAD_INPUT -> badInput(error(exit));
      case CANNOT_WRITE ->
          new Outcome.Parked(error(exit).message(), retryDelay.multipliedBy(DISK_FAULT_DELAYS));
      case FOLDER_IN_USE ->
          new Outcome.Parked("another process still trains in the run folder", retryDelay);
      default ->
          switch (asked) {
            case PAUSE -> new Outcome.Paused();
            case SHUTDOWN, YIELD -> new Outcome.Released();
            case GO_ON, LEASE_LOST ->
                exit == STOPPED ? new Outcome.Released() : broken(error(exit));
          };
    };
  }

  /// The process ended well and left no result.
  Outcome withoutResult() {
    return broken(
        new JobError("training_failed", "the trainer ended without result.json" + tail(), null));
  }

  /// A checkpoint that cannot be read is set aside where there is one before it to go on from.
  private Outcome badInput(JobError error) {
    return error.param() != null && folder.setAside(error.param())
        ? new Outcome.Retry(error, retryDelay)
        : new Outcome.Failed(error);
  }

  private Outcome broken(JobError error) {
    return new Outcome.Retry(error, retryDelay);
  }

  private JobError error(int exit) {
    return folder
        .error()
        .orElseGet(() ->
            new JobError(
                "training_process_died", cause == null ? words(exit) + tail() : cause, null));
  }

  private static String words(int exit) {
    if (exit == OUT_OF_HEAP) {
      return "the training process ran out of Java heap; raise cft.trainer.local.heap";
    }
    if (exit == CANNOT_WRITE) {
      return "The run folder cannot be written: there may be no space left on its disk";
    }
    return switch (exit - 128) {
      case 9 ->
          "the training process was killed (SIGKILL: by hand, or the machine's memory ran out)";
      case 15 -> "the training process was told to stop before it could write a checkpoint";
      case 6, 7, 11 -> "the training process crashed (signal %d)".formatted(exit - 128);
      default -> "the training process ended with exit code " + exit;
    };
  }

  private String tail() {
    Path stderr = folder.stderr();
    try {
      if (!Files.exists(stderr)) {
        return "";
      }
      String text = Files.readString(stderr, StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? "" : ": " + text.substring(Math.max(0, text.length() - TAIL));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
