package dev.cft.critiques.teachers;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import dev.cft.critiques.limits.CallGate;
import dev.cft.critiques.limits.GateMeters;
import dev.cft.critiques.limits.LocalLedgers;
import dev.cft.critiques.limits.PostgresLedgers;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/// Makes a teacher from what an operator configured. The OpenAI client is warmed up by the one
/// thread that makes them (docs/adr/0032-more-carriers-than-cores.md).
final class TeacherFactory {
  private final Environment environment;
  private final TeacherUsages usages;
  private final PostgresLedgers shared;
  private final LocalLedgers ofThisProcess;
  private final MeterRegistry registry;

  TeacherFactory(
      Environment environment,
      TeacherUsages usages,
      PostgresLedgers shared,
      MeterRegistry registry,
      InstantSource clock) {
    this.environment = environment;
    this.usages = usages;
    this.shared = shared;
    this.ofThisProcess = new LocalLedgers(clock);
    this.registry = registry;
  }

  ConfiguredTeacher make(String name, TeacherSettings settings) {
    return switch (settings.type()) {
      case ARITHMETIC -> {
        var gate =
            new CallGate(name, settings.allowance(), ofThisProcess, new GateMeters(registry));
        yield configured(name, settings, new ArithmeticTeacher(), null, gate);
      }
      case OPENAI -> {
        OpenAiWarmUp.run();
        var gate = new CallGate(name, settings.allowance(), shared, new GateMeters(registry));
        var client = client(name, settings);
        var teacher = new OpenAiTeacher(client, settings);
        yield configured(name, settings, teacher, new OpenAiBatches(client, teacher), gate);
      }
    };
  }

  private ConfiguredTeacher configured(
      String name,
      TeacherSettings settings,
      Teacher teacher,
      @Nullable ProviderBatches batches,
      CallGate gate) {
    var forecast = new TokenForecast(settings.maxTokens());
    forecast.begin(usages.of(name).meanCompletionTokens());
    var meters = new TeacherMeters(registry);
    var guard = new Guard(name, settings, gate, meters);
    return new ConfiguredTeacher(name, settings, teacher, batches, guard, forecast, meters);
  }

  private OpenAIClient client(String name, TeacherSettings settings) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(String.valueOf(settings.baseUrl()))
        .apiKey(key(name, settings))
        .maxRetries(0)
        .timeout(settings.timeout())
        .followRedirects(false)
        .maxIdleConnections(settings.concurrency())
        .keepAliveDuration(Duration.ofMinutes(5))
        .build();
  }

  /// The key, or a word where the endpoint wants none (a vLLM server of one's own).
  private String key(String name, TeacherSettings settings) {
    if (settings.apiKeyFile() != null) {
      try {
        return Files.readString(settings.apiKeyFile()).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(
            "cft.teachers.%s.api-key-file cannot be read".formatted(name), e);
      }
    }
    if (settings.apiKeyEnv() == null) {
      return "none";
    }
    return Optional.ofNullable(environment.getProperty(settings.apiKeyEnv()))
        .filter(key -> !key.isBlank())
        .orElseThrow(() ->
            new IllegalStateException(
                "cft.teachers.%s.api-key-env names %s, which is not set"
                    .formatted(name, settings.apiKeyEnv())));
  }
}
