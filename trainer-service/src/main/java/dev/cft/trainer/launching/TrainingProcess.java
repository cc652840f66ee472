package dev.cft.trainer.launching;

import java.time.Duration;
import java.util.OptionalInt;

/// A started training process.
public interface TrainingProcess extends AutoCloseable {
  /// Waits for the end.
  ///
  /// @return the exit code, empty where it still runs
  OptionalInt await(Duration atMost) throws InterruptedException;

  /// Asks it to write a checkpoint and end; killed where it does not within the launcher's grace.
  /// May be called again.
  void stop();

  /// Ends it at once.
  void kill();

  /// Where it runs, in words.
  String where();

  /// Kills what is left of it and gives its slot back.
  @Override
  void close();
}
