package dev.cft.standalone.platform;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// One process at a time serves a data folder.
///
/// The operating system frees the lock when the process dies, however it dies. Who holds it is
/// written to another file: on POSIX systems, closing any handle of a locked file frees the lock.
final class DataLock implements AutoCloseable {
  private final DataFolder folder;
  private final FileChannel channel;

  private DataLock(DataFolder folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /// @param address where this process is going to serve
  /// @throws StartException another process has it; the message names it
  static DataLock take(DataFolder folder, String address) {
    try {
      var channel =
          FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        channel.close();
        throw new StartException(taken(folder));
      }
      var lock = new DataLock(folder, channel);
      lock.serving(address);
      return lock;
    } catch (IOException e) {
      throw new StartException("%s cannot be locked: %s".formatted(folder.path(), e));
    }
  }

  /// Writes down where this process serves.
  void serving(String address) {
    try {
      new Running(ProcessHandle.current().pid(), address).write(folder);
    } catch (IOException e) {
      throw new StartException("%s cannot be written: %s".formatted(folder.running(), e));
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String taken(DataFolder folder) {
    var holder =
        Running.recorded(folder)
            .map(running -> "process %d at %s".formatted(running.pid(), running.address()))
            .orElse("another process");
    return "%s is in use by %s. Use that one, stop it, or name another folder with --data-dir; nothing was touched"
        .formatted(folder.path(), holder);
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      Files.deleteIfExists(folder.running());
    }
  }
}
