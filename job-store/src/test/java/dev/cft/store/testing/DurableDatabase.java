package dev.cft.store.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A Postgres of a test's own that can be stopped and can crash, and comes back at the same address
/// with all that was committed: unlike [TestDatabase]'s server it commits to the disk.
public final class DurableDatabase implements AutoCloseable {
  private final Path data;
  private EmbeddedPostgres server;

  /// Starts a new one.
  ///
  /// @param data a folder that does not exist yet
  public DurableDatabase(Path data) throws IOException {
    this.data = data;
    this.server = builder().start();
  }

  private EmbeddedPostgres.Builder builder() {
    return EmbeddedPostgres.builder()
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setPGStartupWait(Duration.ofMinutes(1))
        .setServerConfig("fsync", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("synchronous_commit", "on");
  }

  public TestDatabase.Database address() {
    return new TestDatabase.Database(server.getJdbcUrl("postgres", "postgres"), "postgres", "");
  }

  /// Stops it in order: connections are closed, everything is written.
  public void stop() throws IOException {
    server.close();
  }

  /// Ends it as a crash does: nothing is finished or flushed, and the next start recovers.
  public void crash() throws IOException, InterruptedException {
    var pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip();
    var postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    new ProcessBuilder("kill", "-QUIT", pid).inheritIO().start().waitFor();
    postmaster.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    server.close(); // or its lock on the folder keeps the next one out
  }

  /// Starts it again where it was.
  public void comeBack() throws IOException {
    server = builder().setPort(server.getPort()).start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
