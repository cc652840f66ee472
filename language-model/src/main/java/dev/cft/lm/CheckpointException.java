package dev.cft.lm;

import java.nio.file.Path;

/// A checkpoint that cannot be read: the message names the file, the tensor where there is one, and
/// what is wrong.
public final class CheckpointException extends RuntimeException {
  private final Path file;

  public CheckpointException(Path file, String problem) {
    super(file + ": " + problem);
    this.file = file;
  }

  public CheckpointException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
    this.file = file;
  }

  /// The file at fault.
  public Path file() {
    return file;
  }
}
