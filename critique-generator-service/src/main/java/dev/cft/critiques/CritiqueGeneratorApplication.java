package dev.cft.critiques;

import java.util.Map;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/// The critique generator service.
@SpringBootApplication
@ConfigurationPropertiesScan
public class CritiqueGeneratorApplication {
  /// The application, not started yet; several services may run in one JVM.
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(CritiqueGeneratorApplication.class)
        .properties(Map.of("spring.config.name", "critique-generator-service"));
  }

  public static void main(String[] args) {
    application().run(args);
  }
}
