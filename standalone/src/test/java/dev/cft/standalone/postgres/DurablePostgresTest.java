package dev.cft.standalone.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurablePostgresTest {
  @TempDir Path dir;
  private final List<String> said = new ArrayList<>();

  @Test
  void rows_outlive_a_restart_and_the_settings_are_durable() throws Exception {
    try (var postgres = start()) {
      execute(postgres, "CREATE TABLE kept (id int)");
      execute(postgres, "INSERT INTO kept VALUES (7)");
      assertThat(ask(postgres, "SHOW fsync")).isEqualTo("on");
      assertThat(ask(postgres, "SHOW synchronous_commit")).isEqualTo("on");
      assertThat(ask(postgres, "SHOW full_page_writes")).isEqualTo("on");
      assertThat(ask(postgres, "SHOW server_version")).startsWith("18.");
    }

    try (var again = start()) {
      assertThat(ask(again, "SELECT id FROM kept")).isEqualTo("7");
    }
    assertThat(said).isEmpty();
  }

  @Test
  void nobody_gets_in_without_the_password_which_only_the_owner_can_read() throws Exception {
    try (var postgres = start()) {
      assertThatThrownBy(
              () -> DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "guess"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(dir.resolve("postgres.password"))))
        .isEqualTo("rw-------");
    assertThat(Files.readAllLines(dir.resolve("postgres/pg_hba.conf")))
        .filteredOn(line -> !line.isBlank() && !line.startsWith("#"))
        .allMatch(line -> line.endsWith("scram-sha-256"));
  }

  @Test
  void a_postgres_that_a_killed_run_left_running_is_stopped_on_purpose() throws Exception {
    var killed = start();
    execute(killed, "CREATE TABLE kept AS SELECT 7 AS id");

    try (var again = start()) {
      assertThat(ask(again, "SELECT id FROM kept")).isEqualTo("7");
      assertThat(again.port()).isNotEqualTo(killed.port());
    }
    assertThat(said)
        .singleElement()
        .asString()
        .startsWith("an earlier run was killed and left its Postgres running (process ");
  }

  @Test
  void a_postgres_that_was_killed_too_is_recovered_though_its_pid_is_taken() throws Exception {
    var killed = start();
    execute(killed, "CREATE TABLE kept AS SELECT 7 AS id");
    var pidFile = dir.resolve("postgres/postmaster.pid");
    var lines = Files.readAllLines(pidFile);
    var postmaster = ProcessHandle.of(Long.parseLong(lines.getFirst())).orElseThrow();
    var children = postmaster.children().toList();
    postmaster.destroyForcibly();
    postmaster.onExit().get();
    for (var child : children) {
      child.onExit().get();
    }
    lines.set(0, Long.toString(ProcessHandle.current().pid()));
    Files.write(pidFile, lines);

    try (var again = start()) {
      assertThat(ask(again, "SELECT id FROM kept")).isEqualTo("7");
    }
    assertThat(said)
        .containsExactly("an earlier run was killed: Postgres recovers the data from its log");
  }

  @Test
  void half_unpacked_programs_and_a_half_made_data_folder_are_made_again() throws Exception {
    var cache = dir.resolve("cache");
    var programs = new PostgresBinaries(cache).folder();
    Files.delete(programs.resolve("bin/initdb"));
    Files.createDirectories(cache.resolve(programs.getFileName() + ".part"));
    Files.writeString(
        Files.createDirectories(dir.resolve("postgres.part")).resolve("PG_VERSION"), "18");

    try (var postgres = DurablePostgres.start(dir, cache, said::add)) {
      assertThat(ask(postgres, "SELECT 1")).isEqualTo("1");
    }
  }

  @Test
  void data_of_another_version_or_without_password_are_refused_and_left_alone() throws Exception {
    var data = Files.createDirectories(dir.resolve("postgres"));
    Files.writeString(data.resolve("PG_VERSION"), "14\n");

    assertThatThrownBy(this::start)
        .isInstanceOf(PostgresException.class)
        .hasMessage(data + " holds data of Postgres 14, this is Postgres 18; nothing was changed");

    Files.writeString(data.resolve("PG_VERSION"), "18\n");
    assertThatThrownBy(this::start)
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("postgres.password is missing");
  }

  private DurablePostgres start() {
    return DurablePostgres.start(dir, TestCache.folder(), said::add);
  }

  private static void execute(DurablePostgres postgres, String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String ask(DurablePostgres postgres, String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
        var statement = connection.createStatement();
        var result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}
