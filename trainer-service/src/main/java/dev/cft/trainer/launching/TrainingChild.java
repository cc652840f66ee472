package dev.cft.trainer.launching;

import dev.cft.trainer.runs.NodeRank;
import dev.cft.trainer.runs.RunFolder;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Main class of a training process: `TrainingChild RUN_DIR PARENT_PID MAIN_CLASS ARGS…`.
///
/// It holds the run folder's lock, so that there are never two trainers in one folder, and stops as
/// on SIGTERM when the service that started it has died. Then it is the engine's own main.
public final class TrainingChild {
  /// The folder is in use by another process: BSD's `EX_TEMPFAIL` is taken, this is the next.
  static final int FOLDER_IN_USE = 76;

  /// The run folder's contract: the engine says it so too.
  private static final int CANNOT_WRITE = 74;

  /// In the place of a parent's pid: this process outlives who started it.
  public static final String NO_PARENT = "0";

  /// Our choice: longer than a killed process takes to vanish.
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(20);

  private static final Duration PARENT_POLL = Duration.ofMillis(500);

  private TrainingChild() {}

  public static void main(String[] args) throws Exception {
    var folder = new RunFolder(Path.of(args[0]));
    FileLock lock = lock(folder);
    if (lock == null) {
      System.err.println("another process trains in " + folder.path());
      Runtime.getRuntime().halt(FOLDER_IN_USE);
    }
    if (NodeRank.isFirst()) {
      record(folder);
    }
    if (!args[1].equals(NO_PARENT)) {
      watchParent(Long.parseLong(args[1]));
    }
    var rest = new String[args.length - 3];
    System.arraycopy(args, 3, rest, 0, rest.length);
    Class.forName(args[2]).getMethod("main", String[].class).invoke(null, (Object) rest);
  }

  private static void record(RunFolder folder) {
    try {
      ProcessRecord.ofThisProcess().write(folder);
    } catch (IOException full) {
      System.err.println("the run folder cannot be written: " + full);
      Runtime.getRuntime().halt(CANNOT_WRITE);
    }
  }

  /// Held until this process ends; each node of a run has its own.
  @SuppressWarnings("resource")
  private static @Nullable FileLock lock(RunFolder folder) throws Exception {
    String name = NodeRank.isFirst() ? "lock" : "lock-" + NodeRank.ofThisProcess();
    FileChannel channel =
        FileChannel.open(
            folder.path().resolve(name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    long until = System.nanoTime() + LOCK_PATIENCE.toNanos();
    FileLock lock = channel.tryLock();
    while (lock == null && System.nanoTime() < until) {
      Thread.sleep(PARENT_POLL);
      lock = channel.tryLock();
    }
    return lock;
  }

  private static void watchParent(long parent) {
    Thread.ofPlatform()
        .daemon()
        .name("parent-watch")
        .start(() -> {
          while (isChildOf(parent)) {
            try {
              Thread.sleep(PARENT_POLL);
            } catch (InterruptedException _) {
              return;
            }
          }
          System.err.println("the service that started this run has died: stopping");
          stopLikeSigterm();
        });
  }

  private static boolean isChildOf(long parent) {
    return ProcessHandle.current().parent().filter(found -> found.pid() == parent).isPresent();
  }

  private static void stopLikeSigterm() {
    try {
      new ProcessBuilder("kill", "-TERM", Long.toString(ProcessHandle.current().pid()))
          .start()
          .waitFor();
    } catch (IOException | InterruptedException _) {
      System.exit(143);
    }
  }
}
