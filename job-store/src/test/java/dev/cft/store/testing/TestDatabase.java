package dev.cft.store.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// A fresh, empty Postgres database for each Spring context that imports it, and by [#create] for
/// tests without Spring. The server is a container where Docker answers, else an embedded Postgres;
/// there is one for the JVM. Its time zone is one that nobody lives in by accident.
@TestConfiguration(proxyBeanMethods = false)
public class TestDatabase {
  private static final String ODD_TIME_ZONE = "Asia/Kathmandu";
  private static final AtomicInteger NEXT = new AtomicInteger();

  @Bean
  JdbcConnectionDetails testDatabaseConnection() {
    return create();
  }

  /// A new database.
  public static Database create() {
    var server = Server.INSTANCE;
    var name = "test_%d_%d".formatted(ProcessHandle.current().pid(), NEXT.incrementAndGet());
    try (var connection = dataSource(server.admin()).getConnection();
        var statement = connection.createStatement()) {
      statement.execute("create database " + name);
      statement.execute("alter database %s set timezone to '%s'".formatted(name, ODD_TIME_ZONE));
    } catch (SQLException e) {
      throw new IllegalStateException("the test server does not take a new database", e);
    }
    return server.database(name);
  }

  /// A data source without a pool.
  public static PGSimpleDataSource dataSource(JdbcConnectionDetails database) {
    var source = new PGSimpleDataSource();
    source.setUrl(database.getJdbcUrl());
    source.setUser(database.getUsername());
    source.setPassword(database.getPassword());
    return source;
  }

  /// Where a database is.
  public record Database(String jdbcUrl, String user, String secret)
      implements JdbcConnectionDetails {
    @Override
    public String getJdbcUrl() {
      return jdbcUrl;
    }

    @Override
    public String getUsername() {
      return user;
    }

    @Override
    public String getPassword() {
      return secret;
    }
  }

  /// The one server of this JVM.
  private record Server(String url, String user, String secret) {
    private static final Server INSTANCE = dockerAnswers() ? container() : embedded();

    Database admin() {
      return database("postgres");
    }

    Database database(String name) {
      return new Database(url.formatted(name), user, secret);
    }

    private static boolean dockerAnswers() {
      var asked =
          System.getenv("DOCKER_HOST") != null || Files.exists(Path.of("/var/run/docker.sock"));
      return asked && DockerClientFactory.instance().isDockerAvailable();
    }

    @SuppressWarnings("resource") // Ryuk removes it with the JVM
    private static Server container() {
      var postgres =
          new PostgreSQLContainer("postgres:18")
              .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=300");
      postgres.start();
      var url =
          "jdbc:postgresql://%s:%d/".formatted(postgres.getHost(), postgres.getMappedPort(5432));
      return new Server(url + "%s", postgres.getUsername(), postgres.getPassword());
    }

    private static Server embedded() {
      try {
        var postgres = EmbeddedPostgres.builder().start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(postgres)));
        return new Server(
            "jdbc:postgresql://localhost:%d/".formatted(postgres.getPort()) + "%s", "postgres", "");
      } catch (IOException e) {
        throw new UncheckedIOException("the embedded Postgres does not start", e);
      }
    }

    private static void close(@Nullable EmbeddedPostgres postgres) {
      try {
        if (postgres != null) {
          postgres.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
