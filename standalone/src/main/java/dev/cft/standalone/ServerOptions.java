package dev.cft.standalone;

import dev.cft.standalone.platform.DataFolder;
import dev.cft.standalone.platform.PlatformOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Where a started platform listens and keeps its rows.
final class ServerOptions {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--port",
      defaultValue = "8080",
      paramLabel = "PORT",
      description =
          "Port of the API and the console; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      paramLabel = "ADDRESS",
      description = {
        "Address to listen on. Default: ${DEFAULT-VALUE}, this machine only.",
        "On 0.0.0.0 put TLS in front: keys travel in the clear."
      })
  @SuppressWarnings("NullAway.Init")
  private String host;

  @Option(
      names = "--database-url",
      defaultValue = "${env:CFT_DATABASE_URL}",
      paramLabel = "URL",
      description = {
        "jdbc:postgresql://host:port/database: your Postgres instead of the embedded one.",
        "Its user and password come from $CFT_DATABASE_USER and $CFT_DATABASE_PASSWORD."
      })
  private @Nullable String databaseUrl;

  @Option(
      names = "--base-model",
      paramLabel = "DIR",
      description = "Offer this checkpoint folder as a base model too; may be repeated.")
  private List<Path> baseModels = new ArrayList<>();

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "A property of the services, as their documentation names them; may be repeated.")
  private List<String> settings = new ArrayList<>();

  PlatformOptions platform(DataFolder folder) {
    return platform(folder, List.of());
  }

  /// @param defaults settings that the user's own win over
  PlatformOptions platform(DataFolder folder, List<String> defaults) {
    if (port < 0 || port > 65535) {
      throw misused("--port must be from 0 to 65535, got " + port);
    }
    for (var setting : settings) {
      if (setting.indexOf('=') < 1) {
        throw misused("--set must be NAME=VALUE, got " + setting);
      }
    }
    var models = new ArrayList<Path>();
    models.add(DemoBaseModel.folder());
    baseModels.forEach(model -> models.add(model.toAbsolutePath()));
    return new PlatformOptions(
        folder,
        host,
        port,
        database(),
        models,
        lastWins(Stream.concat(ofBenchmarks(folder), defaults.stream()).toList()));
  }

  /// Benchmarks' data, fetched or the user's own, lies in the data folder.
  private static Stream<String> ofBenchmarks(DataFolder folder) {
    var benchmarks = folder.path().resolve("benchmarks");
    return Stream.of(
        "cft.eval.benchmarks.data-dir=" + benchmarks,
        "cft.eval.benchmarks.definitions=" + benchmarks.resolve("definitions"),
        "cft.eval.benchmarks.cache-dir=" + benchmarks.resolve("fetched"));
  }

  /// Spring would join two values of one name.
  private List<String> lastWins(List<String> defaults) {
    var byName = new LinkedHashMap<String, String>();
    Stream.concat(defaults.stream(), settings.stream())
        .forEach(setting -> byName.put(setting.substring(0, setting.indexOf('=')), setting));
    return List.copyOf(byName.values());
  }

  private Optional<PlatformOptions.Database> database() {
    if (databaseUrl == null || databaseUrl.isBlank()) {
      return Optional.empty();
    }
    if (!databaseUrl.startsWith("jdbc:postgresql://")) {
      throw misused("--database-url must start with jdbc:postgresql://, got " + databaseUrl);
    }
    return Optional.of(
        new PlatformOptions.Database(
            databaseUrl,
            System.getenv().getOrDefault("CFT_DATABASE_USER", ""),
            System.getenv().getOrDefault("CFT_DATABASE_PASSWORD", "")));
  }

  private ParameterException misused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
