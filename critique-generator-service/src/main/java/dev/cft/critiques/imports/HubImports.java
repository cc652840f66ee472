package dev.cft.critiques.imports;

import dev.cft.critiques.operations.OperationException;
import dev.cft.critiques.operations.Surroundings;
import dev.cft.critiques.rows.FieldMapping;
import dev.cft.critiques.rows.RowLimits;
import dev.cft.lm.hub.HubDatasets;
import dev.cft.lm.hub.HubException;
import dev.cft.lm.hub.HubSettings;
import dev.cft.store.Sha256;
import dev.cft.store.specs.DatasetSpec.HubFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/// Fetches datasets' files from the hub that the environment names.
@Component
public class HubImports {
  private static final List<String> VARIABLES =
      List.of(
          "HF_ENDPOINT",
          "HF_HOME",
          "HF_HUB_CACHE",
          "HF_TOKEN",
          "HF_TOKEN_PATH",
          "HF_HUB_OFFLINE",
          "XDG_CACHE_HOME");

  private final Environment environment;
  private final RowLimits limits;

  HubImports(Environment environment, RowLimits limits) {
    this.environment = environment;
    this.limits = limits;
  }

  /// The rows of files, all of them fetched and checked first.
  ///
  /// @param commit that an earlier attempt took; null for what the revision means now
  /// @param messages hears of the progress
  /// @throws OperationException the hub refuses, or a file is not what it should be
  /// @throws HubException caused by an [IOException]: another attempt may succeed
  public Surroundings.Rows rows(
      HubFiles wanted, @Nullable String commit, FieldMapping mapping, Consumer<String> messages) {
    try {
      var hub = new HubDatasets(HubSettings.of(variables()), messages);
      var snapshot = hub.snapshot(wanted.id(), commit == null ? wanted.revision() : commit);
      var files = new ArrayList<HubRows.HubFile>();
      for (var name : names(wanted, snapshot)) {
        files.add(checked(name, hub.file(snapshot, name), wanted));
      }
      return new HubRows(wanted, snapshot.commit(), files, mapping, limits);
    } catch (HubException e) {
      if (e.getCause() instanceof IOException) {
        throw e;
      }
      throw new OperationException("hub_refused", String.valueOf(e.getMessage()));
    }
  }

  private Map<String, String> variables() {
    var variables = new HashMap<String, String>();
    for (var name : VARIABLES) {
      var value = environment.getProperty(name);
      if (value != null) {
        variables.put(name, value);
      }
    }
    return variables;
  }

  private static List<String> names(HubFiles wanted, HubDatasets.Snapshot snapshot) {
    return wanted.files().stream()
        .flatMap(pattern -> {
          var matching = snapshot.matching(pattern);
          if (matching.isEmpty()) {
            throw new OperationException(
                "no_such_file",
                "%s at %s has no file '%s'; it has %s."
                    .formatted(
                        snapshot.id(),
                        snapshot.commit(),
                        pattern,
                        snapshot.files().stream().limit(50).toList()));
          }
          return matching.stream();
        })
        .distinct()
        .toList();
  }

  private static HubRows.HubFile checked(String name, Path path, HubFiles wanted) {
    var sum = sum(path);
    var expected = wanted.sha256() == null ? null : wanted.sha256().get(name);
    if (expected != null && !expected.equals(sum)) {
      throw new OperationException(
          "checksum_mismatch",
          "%s of %s has the SHA-256 %s and must have %s."
              .formatted(name, wanted.id(), sum, expected));
    }
    return new HubRows.HubFile(name, path, sum);
  }

  private static String sum(Path path) {
    var digest = new Sha256();
    try (var in = Files.newInputStream(path)) {
      var block = new byte[1 << 16];
      for (var n = in.read(block); n >= 0; n = in.read(block)) {
        digest.digest().update(block, 0, n);
      }
      return digest.hex();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("the hub's cache cannot be read", e);
    }
  }
}
