package dev.cft.standalone.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/// A Postgres 18 of our own, whose data outlive the process: nothing is relaxed for speed, and it
/// asks for a password.
///
/// It listens on a free port of the loopback address and nowhere else. Its own process group keeps
/// a Ctrl-C in the terminal away from it, so that the services can finish their writes before it is
/// stopped.
public final class DurablePostgres implements AutoCloseable {
  private static final String USER = "cft";

  /// Enough for four services with ten pooled connections and a listener each, and twice that at a
  /// change.
  private static final int CONNECTIONS = 120;

  private final PostgresFolder folder;
  private final PostgresPrograms programs;
  private final int port;
  private final String password;

  private DurablePostgres(
      PostgresFolder folder, PostgresPrograms programs, int port, String password) {
    this.folder = folder;
    this.programs = programs;
    this.port = port;
    this.password = password;
  }

  /// Starts it on the folder's data, which are made where there are none. What an earlier, killed
  /// run left running is stopped first.
  ///
  /// @param home the data folder; holds `postgres/`, `postgres.password` and `logs/postgres.log`
  ///   afterwards
  /// @param cache where the programs are unpacked to, once
  /// @param say told what was found and done, a sentence each
  /// @throws PostgresException it does not run; the message says why
  public static DurablePostgres start(Path home, Path cache, Consumer<String> say) {
    var folder = new PostgresFolder(home);
    var programs = new PostgresPrograms(new PostgresBinaries(cache).folder());
    var password = folder.prepare(programs);
    new Orphan(folder, programs).clear(say);
    int port = freePort();
    programs.run(
        "start",
        List.of(
            "pg_ctl",
            "start",
            "-w",
            "-s",
            "-t",
            "120",
            "-D",
            folder.data().toString(),
            "-l",
            folder.log().toString(),
            "-o",
            settings(port)),
        folder.log());
    var postgres = new DurablePostgres(folder, programs, port, password);
    try {
      postgres.createDatabase();
      return postgres;
    } catch (RuntimeException e) {
      postgres.close();
      throw e;
    }
  }

  /// Address of the platform's database.
  public String jdbcUrl() {
    return jdbcUrl("cft");
  }

  public String user() {
    return USER;
  }

  public String password() {
    return password;
  }

  public int port() {
    return port;
  }

  /// Stops it; open transactions are rolled back.
  @Override
  public void close() {
    programs.stop(folder.data());
  }

  static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new PostgresException("no free port on the loopback address", e);
    }
  }

  /// Our choice for a desktop: a small cache, no standby, no parallel plans, no compiled
  /// expressions. Durability is Postgres' own default, named here so that nobody has to look it up.
  private static String settings(int port) {
    return """
    -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=%d \
    -c fsync=on -c synchronous_commit=on -c full_page_writes=on \
    -c shared_buffers=64MB -c max_wal_size=512MB -c wal_level=minimal -c max_wal_senders=0 \
    -c io_method=sync -c max_parallel_workers_per_gather=0 -c jit=off \
    -c timezone=UTC -c log_timezone=UTC -c log_min_messages=warning -p %d\
    """
        .formatted(CONNECTIONS, port);
  }

  private String jdbcUrl(String database) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database);
  }

  private void createDatabase() {
    try (var connection = DriverManager.getConnection(jdbcUrl("postgres"), USER, password);
        var statement = connection.createStatement()) {
      try (var found = statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = 'cft'")) {
        if (found.next()) {
          return;
        }
      }
      statement.execute("CREATE DATABASE cft");
    } catch (SQLException e) {
      throw new PostgresException(
          "the embedded Postgres refuses us: %s. Does %s still hold the password it was made with?"
              .formatted(e.getMessage(), folder.passwordFile()),
          e);
    }
  }

  /// The name that every database of ours is owned by.
  static String owner() {
    return USER;
  }
}
