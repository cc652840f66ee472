package dev.cft.critiques.teachers;

import dev.cft.critiques.limits.PostgresLedgers;
import dev.cft.critiques.prompts.Prompts;
import dev.cft.store.RandomId;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.bind.validation.ValidationBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.validation.Validator;

/// Makes the teachers that operators configure under `cft.teachers`.
@Configuration(proxyBeanMethods = false)
class TeachersConfiguration {
  private static final String PREFIX = "cft.teachers";

  @Bean
  Prompts prompts() {
    return Prompts.load();
  }

  @Bean
  TeacherUsages teacherUsages(JdbcClient jdbc, InstantSource clock) {
    return new TeacherUsages(jdbc, clock);
  }

  @Bean
  TeacherFactory teacherFactory(
      Environment environment,
      TeacherUsages usages,
      PostgresLedgers ledgers,
      MeterRegistry registry,
      InstantSource clock) {
    return new TeacherFactory(environment, usages, ledgers, registry, clock);
  }

  @Bean
  PostgresLedgers teacherLedgers(JdbcClient jdbc, PlatformTransactionManager manager) {
    return new PostgresLedgers(jdbc, new TransactionTemplate(manager), RandomId.next("replica-"));
  }

  @Bean(destroyMethod = "close")
  Teachers teachers(
      ConfigurableEnvironment environment,
      Validator mvcValidator,
      Prompts prompts,
      TeacherFactory factory) {
    var settings = new HashMap<>(configured(environment, mvcValidator));
    settings.computeIfAbsent(Teachers.ARITHMETIC, _ -> arithmetic());
    var teachers = new HashMap<String, ConfiguredTeacher>();
    settings.forEach((name, each) -> teachers.put(name, factory.make(name, each)));
    return new Teachers(teachers, prompts);
  }

  private static Map<String, TeacherSettings> configured(
      ConfigurableEnvironment environment, Validator validator) {
    BindHandler handler =
        new ValidationBindHandler(new NoUnboundElementsBindHandler(BindHandler.DEFAULT), validator);
    return new Binder(ConfigurationPropertySources.get(environment))
        .bind(PREFIX, Bindable.mapOf(String.class, TeacherSettings.class), handler)
        .orElse(Map.of());
  }

  /// The built-in checker with every default.
  private static TeacherSettings arithmetic() {
    var source =
        new org.springframework.boot.context.properties.source.MapConfigurationPropertySource(
            Map.of("teacher.type", "arithmetic", "teacher.concurrency", "2"));
    return new Binder(source).bind("teacher", TeacherSettings.class).get();
  }
}
