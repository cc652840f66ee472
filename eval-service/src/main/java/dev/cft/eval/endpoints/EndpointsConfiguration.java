package dev.cft.eval.endpoints;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
import org.springframework.validation.Validator;

/// Makes the endpoints that operators configure under `cft.endpoints`.
@Configuration(proxyBeanMethods = false)
class EndpointsConfiguration {
  private static final String PREFIX = "cft.endpoints";

  @Bean
  Endpoints endpoints(ConfigurableEnvironment environment, Validator mvcValidator) {
    var http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    var endpoints = new HashMap<String, Endpoint>();
    settings(environment, mvcValidator)
        .forEach((name, each) -> {
          var client = new EndpointClient(each, key(name, each, environment), http);
          endpoints.put(name, new Endpoint(name, each, client));
        });
    return new Endpoints(endpoints);
  }

  private static Map<String, EndpointSettings> settings(
      ConfigurableEnvironment environment, Validator validator) {
    BindHandler handler =
        new ValidationBindHandler(new NoUnboundElementsBindHandler(BindHandler.DEFAULT), validator);
    return new Binder(ConfigurationPropertySources.get(environment))
        .bind(PREFIX, Bindable.mapOf(String.class, EndpointSettings.class), handler)
        .orElse(Map.of());
  }

  /// The key; null where the endpoint wants none.
  private static @Nullable String key(
      String name, EndpointSettings settings, Environment environment) {
    var file = settings.apiKeyFile();
    if (file != null) {
      try {
        return Files.readString(file).strip();
      } catch (IOException e) {
        throw new UncheckedIOException(
            "%s.%s.api-key-file cannot be read".formatted(PREFIX, name), e);
      }
    }
    var variable = settings.apiKeyEnv();
    if (variable == null) {
      return null;
    }
    return Optional.ofNullable(environment.getProperty(variable))
        .filter(key -> !key.isBlank())
        .orElseThrow(() ->
            new IllegalStateException(
                "%s.%s.api-key-env names %s, which is not set".formatted(PREFIX, name, variable)));
  }
}
