package dev.cft.eval.suites;

import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// A table of the paper: what to run, and what the paper reports.
///
/// @param evals benchmarks
/// @param columns figures of them; null for the headline of each
/// @param paper rows of the paper: model, then percent (or score) by column; null where it has none
record Recipe(
    String name,
    String title,
    List<String> evals,
    List<Double> temperatures,
    List<String> modes,
    @Nullable List<Column> columns,
    String note,
    List<PaperRow> paper) {
  Recipe {
    evals = List.copyOf(evals);
    temperatures = List.copyOf(temperatures);
    modes = List.copyOf(modes);
    columns = columns == null ? null : List.copyOf(columns);
    paper = List.copyOf(paper);
  }

  /// One of a benchmark's figures as a column.
  record Column(String name, String eval, String metric) {}

  /// A row of the paper's table.
  record PaperRow(String model, Map<String, Double> values) {
    PaperRow {
      values = Map.copyOf(values);
    }
  }

  private static final Map<String, Recipe> ALL = load();

  private static Map<String, Recipe> load() {
    try {
      var all = new TreeMap<String, Recipe>();
      var resources = new PathMatchingResourcePatternResolver();
      for (var resource : resources.getResources("classpath*:recipes/*.yaml")) {
        try (var in = resource.getInputStream()) {
          var yaml = new Yaml(new SafeConstructor(new LoaderOptions())).<Object>load(in);
          var recipe =
              StoreJson.mapper().treeToValue(StoreJson.mapper().valueToTree(yaml), Recipe.class);
          all.put(recipe.name(), recipe);
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException("the recipes cannot be read", e);
    }
  }

  static Optional<Recipe> named(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  static List<String> names() {
    return List.copyOf(ALL.keySet());
  }
}
