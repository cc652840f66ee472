package dev.cft.standalone.platform;

import dev.cft.critiques.CritiqueGeneratorApplication;
import dev.cft.eval.EvalApplication;
import dev.cft.gateway.GatewayApplication;
import dev.cft.standalone.platform.PlatformOptions.Database;
import dev.cft.trainer.TrainerApplication;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// The four services as Spring contexts beside each other in this process.
///
/// Their properties are given as arguments, which win over environment variables: a `SERVER_PORT`
/// would send all four to one port.
final class Services implements AutoCloseable {
  private final PlatformOptions options;
  private final Database database;
  private final String key;
  private final List<Service> services;
  private final List<ConfigurableApplicationContext> running = new ArrayList<>();
  private boolean closed;

  private record Service(
      String name, int port, Supplier<SpringApplicationBuilder> application, List<String> own) {}

  Services(PlatformOptions options, Database database, String key, int port) {
    this.options = options;
    this.database = database;
    this.key = key;
    var backends =
        List.of(
            backend("critique-generator", CritiqueGeneratorApplication::application),
            backend("trainer", TrainerApplication::application),
            backend("eval", EvalApplication::application));
    var routes =
        backends.stream()
            .map(s -> "cft.gateway.services.%s=http://127.0.0.1:%d".formatted(s.name(), s.port()))
            .toList();
    var gateway = new Service("gateway", port, GatewayApplication::application, routes);
    this.services = Stream.concat(backends.stream(), Stream.of(gateway)).toList();
  }

  private static Service backend(String name, Supplier<SpringApplicationBuilder> application) {
    return new Service(name, Ports.free(), application, OneClassPath.BACKEND_SETTINGS);
  }

  /// Starts all four at once.
  void start() {
    try (var threads = Executors.newFixedThreadPool(services.size())) {
      var starts =
          services.stream()
              .map(service -> CompletableFuture.runAsync(() -> start(service), threads))
              .toArray(CompletableFuture[]::new);
      CompletableFuture.allOf(starts).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private void start(Service service) {
    var arguments =
        Stream.of(common(service), service.own(), options.settings())
            .flatMap(List::stream)
            .map("--"::concat)
            .toArray(String[]::new);
    var context = service.application().get().run(arguments);
    synchronized (running) {
      running.add(context);
      if (closed) {
        close();
      }
    }
  }

  private List<String> common(Service service) {
    var host = service.name().equals("gateway") ? options.host() : "127.0.0.1";
    var models = options.baseModels().stream().map(Path::toString).collect(Collectors.joining(","));
    return List.of(
        "server.address=" + host,
        "server.port=" + service.port(),
        "spring.datasource.url=" + database.url(),
        "spring.datasource.username=" + database.user(),
        "spring.datasource.password=" + database.password(),
        "cft.operator-key=" + key,
        "cft.artifacts.dir=" + options.folder().artifacts(),
        "cft.trainer.base-models=" + models,
        "spring.main.banner-mode=off",
        "spring.main.register-shutdown-hook=false");
  }

  /// Stops the gateway first: nobody is sent to a service that is gone.
  @Override
  public void close() {
    synchronized (running) {
      closed = true;
      running.sort(Comparator.comparing(this::isGateway).reversed());
      running.forEach(ConfigurableApplicationContext::close);
      running.clear();
    }
  }

  private boolean isGateway(ConfigurableApplicationContext context) {
    return context.getEnvironment().containsProperty("cft.gateway.services.eval");
  }
}
