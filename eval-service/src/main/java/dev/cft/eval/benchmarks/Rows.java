package dev.cft.eval.benchmarks;

import dev.cft.eval.benchmarks.Source.HubFile;
import dev.cft.eval.benchmarks.Source.LocalFile;
import dev.cft.eval.benchmarks.Source.Upload;
import dev.cft.eval.evals.Items;
import dev.cft.eval.requests.Faults;
import dev.cft.store.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/// Finds a benchmark's rows: the first of its sources that is there.
@Component
class Rows {
  private final BenchmarkSettings settings;
  private final HubFiles hub;
  private final Items items;

  Rows(BenchmarkSettings settings, HubFiles hub, Items items) {
    this.settings = settings;
    this.hub = hub;
    this.items = items;
  }

  /// Rows and where they come from.
  ///
  /// @param from a sentence part for people
  /// @param sha256 of the file; null for uploads, which have a hash of their own
  record Read(
      List<ObjectNode> rows, Map<String, FieldRule> fields, String from, @Nullable String sha256) {}

  /// Whether the rows can be had without fetching: `local`, `fetched`, `uploaded`, `to_fetch` or
  /// `missing`.
  String state(Definition definition) {
    var states = definition.joins().stream().map(join -> state(List.of(join.source()))).toList();
    return states.contains("missing") ? "missing" : state(definition.sources());
  }

  private String state(List<Source> sources) {
    for (var source : sources) {
      switch (source) {
        case LocalFile file when isThere(file) -> {
          return "local";
        }
        case HubFile file when Files.exists(hub.place(file)) -> {
          return "fetched";
        }
        case Upload _ -> {
          return "uploaded";
        }
        default -> {}
      }
    }
    var canFetch = sources.stream().anyMatch(HubFile.class::isInstance);
    return canFetch && settings.fetch() ? "to_fetch" : "missing";
  }

  /// The rows.
  ///
  /// @throws BenchmarkException why there are none, and what to do
  Read read(Definition definition) {
    return read(definition.sources(), definition.name());
  }

  /// The rows of the files that are joined to them.
  ///
  /// @throws BenchmarkException why there are none, and what to do
  List<Joined> joined(Definition definition) {
    return definition.joins().stream()
        .map(join -> Joined.of(join, read(List.of(join.source()), definition.name())))
        .toList();
  }

  private Read read(List<Source> sources, String benchmark) {
    var tried = new ArrayList<String>();
    for (var source : sources) {
      switch (source) {
        case LocalFile file -> {
          if (isThere(file)) {
            return ofLocal(file);
          }
          tried.add(advice(file));
        }
        case HubFile file -> {
          if (Files.exists(hub.place(file)) || settings.fetch()) {
            return ofHub(file);
          }
          tried.add("allow fetching it (cft.eval.benchmarks.fetch=true)");
        }
        case Upload upload -> {
          return ofUpload(upload);
        }
      }
    }
    throw new BenchmarkException(
        "benchmark_data_missing",
        "the data of benchmark '%s' is not here; %s"
            .formatted(benchmark, String.join(", or ", tried)));
  }

  private String advice(LocalFile file) {
    return settings.dataDir() == null
        ? "set cft.eval.benchmarks.data-dir to a folder that has %s".formatted(file.path())
        : "put %s into the operator's benchmark data folder".formatted(file.path());
  }

  private boolean isThere(LocalFile file) {
    return settings.dataDir() != null && Files.isRegularFile(path(file));
  }

  private Path path(LocalFile file) {
    return java.util.Objects.requireNonNull(settings.dataDir()).resolve(file.path());
  }

  private Read ofLocal(LocalFile file) {
    var sum = sum(path(file));
    if (file.sha256() != null && !file.sha256().equals(sum)) {
      throw new BenchmarkException(
          "checksum_mismatch",
          "%s has SHA-256 %s and must have %s; get the published file, or copy the definition and change its sha256"
              .formatted(file.path(), sum, file.sha256()));
    }
    return new Read(RowFiles.read(path(file)), file.fields(), "file " + file.path(), sum);
  }

  private Read ofHub(HubFile file) {
    var path = hub.get(file);
    var from = "dataset %s at %s, %s".formatted(file.dataset(), file.revision(), file.path());
    return new Read(RowFiles.read(path), file.fields(), from, sum(path));
  }

  private Read ofUpload(Upload upload) {
    var faults = new Faults();
    var rows = items.rows(upload.id(), "sources", faults);
    if (!faults.isEmpty()) {
      throw BenchmarkException.of(
          "malformed_data", upload.id(), faults.all().stream().map(Faults.Fault::message).toList());
    }
    return new Read(rows, upload.fields(), upload.id(), null);
  }

  private static String sum(Path file) {
    try {
      return new Sha256().add(Files.readAllBytes(file)).hex();
    } catch (IOException e) {
      throw new UncheckedIOException("benchmark data cannot be read", e);
    }
  }
}
