package dev.cft.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/// Migrations of databases that earlier versions of the platform left.
class MigrationsTest {
  @Test
  void an_area_catches_up_after_one_of_a_higher_hundred(@TempDir Path earlier) throws IOException {
    copyAllBut("V20[1-9]__.*", earlier);
    var database = TestDatabase.create();
    var first =
        Flyway.configure()
            .dataSource(TestDatabase.dataSource(database))
            .locations("filesystem:" + earlier)
            .load()
            .migrate();
    assertThat(first.targetSchemaVersion).isGreaterThanOrEqualTo("400");

    new ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                DataSourceAutoConfiguration.class,
                FlywayAutoConfiguration.class,
                StoreAutoConfiguration.class))
        .withPropertyValues(
            "spring.datasource.url=" + database.jdbcUrl(),
            "spring.datasource.username=" + database.user(),
            "spring.datasource.password=" + database.secret())
        .run(context -> {
          assertThat(context).hasNotFailed();
          var info = context.getBean(Flyway.class).info();
          assertThat(info.pending()).isEmpty();
          assertThat(Arrays.stream(info.applied()).map(MigrationInfo::getScript))
              .contains("V201__teacher_ledgers.sql", "V204__audits.sql");
        });
  }

  private static void copyAllBut(String later, Path to) throws IOException {
    var all =
        new PathMatchingResourcePatternResolver().getResources("classpath:db/migration/*.sql");
    for (var script : all) {
      var name = Objects.requireNonNull(script.getFilename());
      if (!name.matches(later)) {
        try (var in = script.getInputStream()) {
          Files.copy(in, to.resolve(name));
        }
      }
    }
  }
}
