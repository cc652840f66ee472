package dev.cft.trainer.kubernetes;

import dev.cft.store.StoreJson;
import dev.cft.trainer.runs.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// What was seen and told of a run's Job: `kubernetes.json` in the run folder, so that the next
/// service tells nothing twice and knows a failure that was dealt with.
final class Notes {
  private final RunFolder folder;
  private final String job;
  private final Set<String> told;
  private final Map<String, String> read;
  private int lines;
  private boolean isFailureSeen;
  private boolean isChanged;

  /// The file.
  ///
  /// @param job uid of the Job
  /// @param told words that were told once
  /// @param read the time of the last line that was read of a pod's log, by pod
  /// @param lines of logs that were told
  private record Content(
      String job, boolean isFailureSeen, Set<String> told, Map<String, String> read, int lines) {
    Content {
      told = told == null ? Set.of() : Set.copyOf(told);
      read = read == null ? Map.of() : Map.copyOf(read);
    }
  }

  private Notes(RunFolder folder, Content content) {
    this.folder = folder;
    this.job = content.job();
    this.told = new HashSet<>(content.told());
    this.read = new HashMap<>(content.read());
    this.lines = content.lines();
    this.isFailureSeen = content.isFailureSeen();
  }

  /// Of that Job; empty notes where there are none, or another Job's.
  static Notes of(RunFolder folder, String job) {
    Content found = content(folder);
    return new Notes(
        folder,
        found != null && found.job().equals(job)
            ? found
            : new Content(job, false, Set.of(), Map.of(), 0));
  }

  private static @Nullable Content content(RunFolder folder) {
    Path file = file(folder);
    try {
      return Files.exists(file)
          ? StoreJson.mapper().readValue(Files.readAllBytes(file), Content.class)
          : null;
    } catch (IOException | JacksonException unreadable) {
      return null;
    }
  }

  private static Path file(RunFolder folder) {
    return folder.path().resolve("kubernetes.json");
  }

  boolean isFailureSeen() {
    return isFailureSeen;
  }

  synchronized void failureSeen() {
    isFailureSeen = true;
    isChanged = true;
    save();
  }

  /// Whether these words are new; they are noted.
  synchronized boolean tell(String words) {
    boolean isNew = told.add(words);
    isChanged |= isNew;
    return isNew;
  }

  /// When the last line of a pod's log was said; null where none was read.
  synchronized @Nullable String readUpTo(String pod) {
    return read.get(pod);
  }

  /// How many lines were told before this one of a pod's log; empty where it was read before.
  synchronized OptionalInt line(String pod, String time) {
    String last = read.get(pod);
    if (last != null && last.compareTo(time) >= 0) {
      return OptionalInt.empty();
    }
    read.put(pod, time);
    isChanged = true;
    return OptionalInt.of(lines++);
  }

  /// The step of the run's newest checkpoint; 0 where there is none.
  long checkpoint() {
    return folder.checkpoints().stream().mapToLong(RunFolder.Checkpoint::step).max().orElse(0);
  }

  /// Writes what has changed.
  synchronized void save() {
    if (isChanged && folder.exists()) {
      try {
        folder.write(file(folder), new Content(job, isFailureSeen, told, read, lines));
        isChanged = false;
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
