package dev.cft.gateway.routing;

import dev.cft.gateway.GatewayProperties;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The services behind the gateway, each with the addresses that are its own.
public enum Service {
  CRITIQUE_GENERATOR("critique-generator"),
  TRAINER("trainer"),
  EVAL("eval");

  private final String id;

  Service(String id) {
    this.id = id;
  }

  /// The name in the configuration, in messages and in addresses.
  public String id() {
    return id;
  }

  /// Patterns of the addresses that it answers.
  List<String> paths() {
    return switch (this) {
      case CRITIQUE_GENERATOR ->
          List.of(
              "/v1/files/**",
              "/v1/uploads/**",
              "/v1/datasets/**",
              "/v1/responses/**",
              "/v1/critiques/**",
              "/v1/teachers/**");
      case TRAINER ->
          List.of(
              "/v1/fine_tuning/**",
              "/v1/models/**",
              "/v1/nodes/**",
              "/v1/queue/**",
              "/v1/usage/**");
      case EVAL ->
          List.of(
              "/v1/evals/**",
              "/v1/benchmarks/**",
              "/v1/endpoints/**",
              "/v1/chat/completions/**",
              "/v1/experiments/**");
    };
  }

  /// Where it is.
  public URI address(GatewayProperties.Services services) {
    return switch (this) {
      case CRITIQUE_GENERATOR -> services.critiqueGenerator();
      case TRAINER -> services.trainer();
      case EVAL -> services.eval();
    };
  }

  /// The service of that id.
  public static Optional<Service> of(String id) {
    return Arrays.stream(values()).filter(service -> service.id.equals(id)).findFirst();
  }
}
