package dev.cft.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;

/// Puts `service-defaults.properties` beneath everything else that a service is configured by, and
/// what the JVM must be told before the service's first thread.
final class ServiceDefaults implements EnvironmentPostProcessor {
  /// Spring Boot keeps the source of this name last.
  private static final String LAST = "defaultProperties";

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    Carriers.provide();
    var sources = environment.getPropertySources();
    var merged = new LinkedHashMap<String, Object>(read());
    if (sources.get(LAST) instanceof MapPropertySource own) {
      merged.putAll(own.getSource());
      sources.replace(LAST, new MapPropertySource(LAST, merged));
    } else {
      sources.addLast(new MapPropertySource(LAST, merged));
    }
  }

  private static Map<String, Object> read() {
    try {
      var properties =
          PropertiesLoaderUtils.loadProperties(
              new ClassPathResource("service-defaults.properties", ServiceDefaults.class));
      var map = new LinkedHashMap<String, Object>();
      properties.forEach((name, value) -> map.put(name.toString(), value));
      return map;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
