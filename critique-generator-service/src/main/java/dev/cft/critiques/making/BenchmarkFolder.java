package dev.cft.critiques.making;

import dev.cft.critiques.operations.OperationException;
import dev.cft.critiques.operations.Surroundings.Texts;
import dev.cft.critiques.rows.RawRows;
import dev.cft.critiques.rows.RowFormatException;
import dev.cft.critiques.rows.RowLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The operator's folder of benchmarks: a folder for each, with files of rows.
record BenchmarkFolder(@Nullable Path root, RowLimits limits) {
  private static final String ONE = "benchmark:";
  private static final String ALL = "benchmarks";

  /// Where benchmarks have their questions, the first that there is.
  private static final List<String> QUESTIONS =
      List.of("question", "problem", "Question", "prompt", "query", "input", "turns");

  private static final Optional<String> OPENING = Optional.of("{");

  /// The texts of one benchmark or of all.
  ///
  /// @throws OperationException there is none of that name
  List<Texts> texts(String name) {
    if (!name.startsWith(ONE) && !name.equals(ALL)) {
      throw new OperationException(
          "unknown_benchmark",
          "'%s' is neither a dataset, a file, 'benchmark:NAME' nor 'benchmarks'.".formatted(name));
    }
    var there = names();
    if (name.equals(ALL) && !there.isEmpty()) {
      return there.stream().map(this::ofName).toList();
    }
    var wanted = name.equals(ALL) ? "" : name.substring(ONE.length());
    if (!there.contains(wanted)) {
      throw new OperationException(
          "unknown_benchmark",
          root == null
              ? "There are no benchmark texts here: the operator sets cft.datasets.benchmark-dir; a dataset or a file can be named instead."
              : "There is no benchmark '%s'; there are %s.".formatted(wanted, there));
    }
    return List.of(ofName(wanted));
  }

  private List<String> names() {
    if (root == null) {
      return List.of();
    }
    try (var folders = Files.list(root)) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the folder of benchmarks cannot be read", e);
    }
  }

  private Texts ofName(String name) {
    return new Texts() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void forEach(Consumer<String> sink) {
        files(name).forEach(file -> read(file, sink));
      }
    };
  }

  private List<Path> files(String name) {
    var folder = java.util.Objects.requireNonNull(root).resolve(name);
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file ->
              file.getFileName().toString().matches(".*\\.(jsonl|json|parquet)(\\.gz|\\.zst)?"))
          .filter(file -> !isOneObject(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the benchmark " + name + " cannot be read", e);
    }
  }

  /// A `.json` file that holds an object over several lines: settings or prompts, not rows.
  private static boolean isOneObject(Path file) {
    if (!file.getFileName().toString().endsWith(".json")) {
      return false;
    }
    try (var lines = Files.lines(file)) {
      return lines.map(String::strip).filter(line -> !line.isEmpty()).findFirst().equals(OPENING);
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private void read(Path file, Consumer<String> sink) {
    try (var rows = RawRows.of(Files.newInputStream(file), limits)) {
      rows.forEachRemaining(row ->
          QUESTIONS.stream()
              .filter(row.json()::has)
              .findFirst()
              .ifPresent(field -> texts(row.json().get(field), sink)));
    } catch (RowFormatException e) {
      throw new OperationException(
          "malformed_benchmark", "%s: %s".formatted(file.getFileName(), e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException("benchmark data cannot be read", e);
    }
  }

  private static void texts(JsonNode value, Consumer<String> sink) {
    if (value.isArray()) {
      value.forEach(each -> texts(each, sink));
    } else if (value.isString()) {
      sink.accept(value.asString());
    }
  }
}
