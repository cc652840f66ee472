package dev.cft.store;

import java.time.InstantSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.context.annotation.Bean;

/// What all parts of the store need: its entities and repositories are found beside the service's
/// own, migrations of every area are applied, and there is a clock.
@AutoConfiguration(
    before = {HibernateJpaAutoConfiguration.class, DataJpaRepositoriesAutoConfiguration.class})
@AutoConfigurationPackage(basePackages = "dev.cft.store")
class StoreAutoConfiguration {
  /// Areas number their migrations by hundreds, so a new one of a lower hundred comes to databases
  /// that have later ones of a higher.
  @Bean
  FlywayConfigurationCustomizer migrationsOutOfOrder() {
    return configuration -> configuration.outOfOrder(true);
  }

  @Bean
  @ConditionalOnMissingBean
  InstantSource clock() {
    return InstantSource.system();
  }
}
