package dev.cft.standalone.platform;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

/// Keeps Spring Cloud out of the services behind the gateway, though it is on the class path that
/// all four share.
final class OneClassPath implements AutoConfigurationImportFilter, EnvironmentAware {
  private static final String BACKEND = "cft.standalone.backend";

  /// Properties of the services behind the gateway. Spring Cloud Gateway turns multipart off
  /// wherever it is on the class path, and they take uploads.
  static final List<String> BACKEND_SETTINGS =
      List.of(BACKEND + "=true", "spring.servlet.multipart.enabled=true");

  private Environment environment = new StandardEnvironment();

  @Override
  public void setEnvironment(Environment environment) {
    this.environment = environment;
  }

  @Override
  public boolean[] match(@Nullable String[] classes, AutoConfigurationMetadata metadata) {
    boolean backend = environment.getProperty(BACKEND, Boolean.class, false);
    boolean[] kept = new boolean[classes.length];
    for (int i = 0; i < classes.length; i++) {
      kept[i] =
          !backend || !Objects.toString(classes[i], "").startsWith("org.springframework.cloud.");
    }
    return kept;
  }
}
