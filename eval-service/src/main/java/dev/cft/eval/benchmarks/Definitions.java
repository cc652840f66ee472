package dev.cft.eval.benchmarks;

import dev.cft.eval.requests.Faults;
import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import tools.jackson.databind.JsonNode;

/// The definitions there are: built-in ones, those of the operator's folders, those made by the
/// API. A later one of the same name wins, so that a copy may be changed.
@Component
class Definitions {
  private static final int MOST_BYTES = 1 << 20;

  private final BenchmarkSettings settings;
  private final ApiDefinitions added;
  private final Map<String, JsonNode> builtIn = new TreeMap<>();
  private final Map<String, JsonNode> promptSets = new HashMap<>();

  Definitions(BenchmarkSettings settings, ApiDefinitions added) throws IOException {
    this.settings = settings;
    this.added = added;
    var resources = new PathMatchingResourcePatternResolver();
    for (var resource : resources.getResources("classpath*:benchmarks/*.yaml")) {
      try (var in = resource.getInputStream()) {
        var json = yaml(in, String.valueOf(resource.getFilename()));
        builtIn.put(json.path("name").asString(), json);
      }
    }
    for (var resource : resources.getResources("classpath*:benchmarks/prompts/*.yaml")) {
      try (var in = resource.getInputStream()) {
        var file = String.valueOf(resource.getFilename());
        promptSets.put(file.replace(".yaml", ""), yaml(in, file));
      }
    }
  }

  /// A definition or what is wrong with it.
  ///
  /// @param origin `built-in`, `api` or the file
  record Found(String name, String origin, @Nullable Definition definition, List<String> faults) {
    Found {
      faults = List.copyOf(faults);
    }
  }

  /// All, by name.
  Map<String, Found> all() {
    var all = new TreeMap<String, Found>();
    builtIn.forEach((name, json) -> all.put(name, read(name, "built-in", json)));
    for (var folder : settings.definitions()) {
      files(folder).forEach(file -> put(all, ofFile(file)));
    }
    added.all().forEach((name, json) -> all.put(name, read(name, "api", json)));
    return all;
  }

  private static void put(Map<String, Found> all, Found found) {
    all.put(found.name(), found);
  }

  Optional<Found> find(String name) {
    return Optional.ofNullable(all().get(name));
  }

  /// A definition that somebody sends.
  Definition read(JsonNode json, Faults faults) {
    return new DefinitionReader(promptSets::get).read(json, faults);
  }

  private Found read(String name, String origin, JsonNode json) {
    var faults = new Faults();
    var definition = read(json, faults);
    return faults.isEmpty()
        ? new Found(definition.name(), origin, definition, List.of())
        : new Found(name, origin, null, faults.all().stream().map(Object::toString).toList());
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().matches(".*\\.(yaml|yml|json)"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("benchmark definitions cannot be listed: " + folder, e);
    }
  }

  private Found ofFile(Path file) {
    var name = file.getFileName().toString();
    var bare = name.substring(0, name.lastIndexOf('.'));
    try (var in = Files.newInputStream(file)) {
      return read(bare, name, yaml(in, name));
    } catch (IOException e) {
      return new Found(bare, name, null, List.of("cannot be read: " + e.getMessage()));
    } catch (BenchmarkException e) {
      return new Found(bare, name, null, List.of(String.valueOf(e.getMessage())));
    }
  }

  private static JsonNode yaml(InputStream in, String name) throws IOException {
    var options = new LoaderOptions();
    options.setCodePointLimit(MOST_BYTES);
    options.setAllowDuplicateKeys(false);
    try {
      var loaded = new Yaml(new SafeConstructor(options)).<Object>load(in);
      return StoreJson.mapper().valueToTree(loaded);
    } catch (YAMLException e) {
      throw new BenchmarkException(
          "malformed_definition", "%s is not YAML: %s".formatted(name, e.getMessage()));
    }
  }
}
