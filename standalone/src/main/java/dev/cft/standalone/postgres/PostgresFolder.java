package dev.cft.standalone.postgres;

import dev.cft.standalone.secrets.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.springframework.util.FileSystemUtils;

/// Where Postgres' files lie in the platform's data folder, and how they come to be.
///
/// @param home the platform's data folder
record PostgresFolder(Path home) {
  private static final String MAJOR = "18";

  Path data() {
    return home.resolve("postgres");
  }

  Path passwordFile() {
    return home.resolve("postgres.password");
  }

  Path log() {
    return home.resolve("logs").resolve("postgres.log");
  }

  Path postmasterPid() {
    return data().resolve("postmaster.pid");
  }

  /// Makes the data folder where there is none, under another name until it is whole.
  ///
  /// @return the superuser's password
  String prepare(PostgresPrograms programs) {
    try {
      Files.createDirectories(log().getParent());
      if (!Files.exists(data())) {
        create(programs);
      }
      checkVersion();
      if (!Files.exists(passwordFile())) {
        throw new PostgresException(
            "%s is missing, and without it the data in %s cannot be opened; restore it from your backup"
                .formatted(passwordFile(), data()));
      }
      return Files.readString(passwordFile()).strip();
    } catch (IOException e) {
      throw new PostgresException("the data folder %s cannot be used: %s".formatted(home, e), e);
    }
  }

  private void create(PostgresPrograms programs) throws IOException {
    var part = home.resolve("postgres.part");
    FileSystemUtils.deleteRecursively(part);
    PrivateFile.write(passwordFile(), PrivateFile.randomSecret());
    programs.run(
        "make",
        List.of(
            "initdb",
            "-D",
            part.toString(),
            "-U",
            DurablePostgres.owner(),
            "--auth=scram-sha-256",
            "--pwfile=" + passwordFile(),
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8"),
        log());
    Files.move(part, data());
  }

  private void checkVersion() throws IOException {
    var version = data().resolve("PG_VERSION");
    var found = Files.exists(version) ? Files.readString(version).strip() : "no";
    if (!found.equals(MAJOR)) {
      throw new PostgresException(
          "%s holds data of Postgres %s, this is Postgres %s; nothing was changed"
              .formatted(data(), found, MAJOR));
    }
  }
}
