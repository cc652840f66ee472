package dev.cft.critiques.teachers;

import com.openai.client.okhttp.OpenAIOkHttpClient;
import dev.cft.critiques.prompts.Prompts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
  Teachers teachers(
      ConfigurableEnvironment environment,
      Validator mvcValidator,
      Prompts prompts,
      InstantSource clock) {
    var settings = new HashMap<>(configured(environment, mvcValidator));
    settings.computeIfAbsent(Teachers.ARITHMETIC, _ -> arithmetic());
    var teachers = new HashMap<String, ConfiguredTeacher>();
    settings.forEach((name, each) -> teachers.put(name, teacher(name, each, environment, clock)));
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

  private static ConfiguredTeacher teacher(
      String name, TeacherSettings settings, Environment environment, InstantSource clock) {
    var limits = new LocalLimits(clock, settings.requestsPerMinute(), settings.tokensPerMinute());
    Teacher teacher =
        switch (settings.type()) {
          case ARITHMETIC -> new ArithmeticTeacher();
          case OPENAI -> openAi(name, settings, environment);
        };
    return new ConfiguredTeacher(name, settings, teacher, new Guard(name, settings, limits), clock);
  }

  private static Teacher openAi(String name, TeacherSettings settings, Environment environment) {
    var client =
        OpenAIOkHttpClient.builder()
            .baseUrl(String.valueOf(settings.baseUrl()))
            .apiKey(key(name, settings, environment))
            .maxRetries(0)
            .timeout(settings.timeout())
            .followRedirects(false)
            .maxIdleConnections(settings.concurrency())
            .keepAliveDuration(Duration.ofMinutes(5))
            .build();
    return new OpenAiTeacher(client, settings);
  }

  /// The key, or a word where the endpoint wants none (a vLLM server of one's own).
  private static String key(String name, TeacherSettings settings, Environment environment) {
    if (settings.apiKeyFile() != null) {
      try {
        return Files.readString(settings.apiKeyFile()).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(
            "%s.%s.api-key-file cannot be read".formatted(PREFIX, name), e);
      }
    }
    if (settings.apiKeyEnv() == null) {
      return "none";
    }
    return Optional.ofNullable(environment.getProperty(settings.apiKeyEnv()))
        .filter(key -> !key.isBlank())
        .orElseThrow(() ->
            new IllegalStateException(
                "%s.%s.api-key-env names %s, which is not set"
                    .formatted(PREFIX, name, settings.apiKeyEnv())));
  }
}
