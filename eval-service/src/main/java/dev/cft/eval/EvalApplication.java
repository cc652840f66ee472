package dev.cft.eval;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/// The evaluation service.
@SpringBootApplication
public class EvalApplication {
  /// The service, ready to run with its own configuration file; startable beside others in one JVM.
  public static SpringApplicationBuilder application() {
    return new SpringApplicationBuilder(EvalApplication.class)
        .properties("spring.config.name=eval-service");
  }

  public static void main(String[] args) {
    application().run(args);
  }
}
