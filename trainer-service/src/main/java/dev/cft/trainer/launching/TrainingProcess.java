package dev.cft.trainer.launching;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

  /// Whether it goes on when the service that started it ends, and the next one joins it.
  default boolean outlivesService() {
    return false;
  }

  /// Leaves it to whoever holds the job now; a process that lives with this service ends.
  default void leave() {
    kill();
  }

  /// Why it does not train yet, in words; empty where it does.
  default Optional<String> waitsFor() {
    return Optional.empty();
  }

  /// What happened to it since the last call.
  default List<News> news() {
    return List.of();
  }

  /// What it died of, where its place knows more than an exit code.
  default Optional<String> causeOfDeath() {
    return Optional.empty();
  }

  /// Something that users should know of.
  record News(boolean isWarning, String words) {}

  /// Ends it at once.
  void kill();

  /// Where it runs, in words.
  String where();

  /// Kills what is left of it and gives its slot back.
  @Override
  void close();
}
