package dev.cft.trainer.models;

import dev.cft.lm.CheckpointException;
import dev.cft.store.StoreJson;
import dev.cft.store.artifacts.ArtifactStore;
import dev.cft.store.models.Models;
import dev.cft.store.models.StoredModel;
import dev.cft.store.models.StoredModel.Kind;
import dev.cft.trainer.TrainerProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/// Registers the base models of the operator's folders at start. One that cannot be used is left
/// out and told: the others work.
@Component
final class BaseModels implements ApplicationRunner {
  private static final Logger log = LoggerFactory.getLogger(BaseModels.class);
  private static final String FINGERPRINT = "fingerprint";

  private final TrainerProperties properties;
  private final Models models;
  private final ArtifactStore artifacts;
  private final InstantSource clock;
  private volatile List<Unusable> unusable = List.of();

  BaseModels(
      TrainerProperties properties, Models models, ArtifactStore artifacts, InstantSource clock) {
    this.properties = properties;
    this.models = models;
    this.artifacts = artifacts;
    this.clock = clock;
  }

  /// A folder that should hold a base model and does not.
  ///
  /// @param id the name that the model would have
  record Unusable(String id, String reason) {}

  List<Unusable> unusable() {
    return unusable;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    registerAll();
  }

  /// Looks at the folders again; what is registered and unchanged costs nothing.
  void registerAll() {
    var refused = new ArrayList<Unusable>();
    candidates(refused).values().forEach(folder -> register(folder, refused));
    refused.forEach(
        model -> log.warn("base model '{}' is left out: {}", model.id(), model.reason()));
    unusable = List.copyOf(refused);
  }

  private Map<String, Path> candidates(List<Unusable> refused) {
    var found = new TreeMap<String, Path>();
    for (Path root : properties.baseModels()) {
      Path folder = root.toAbsolutePath().normalize();
      if (isModel(folder)) {
        found.put(name(folder), folder);
      } else {
        subfolders(folder, refused).forEach(sub -> found.putIfAbsent(name(sub), sub));
      }
    }
    return found;
  }

  private static List<Path> subfolders(Path root, List<Unusable> refused) {
    try (Stream<Path> folders = Files.list(root)) {
      return folders.filter(BaseModels::isModel).toList();
    } catch (IOException missing) {
      refused.add(
          new Unusable(
              name(root),
              "cft.trainer.base-models names %s, which cannot be read".formatted(root)));
      return List.of();
    }
  }

  private static boolean isModel(Path folder) {
    return Files.exists(folder.resolve("config.json"));
  }

  private static String name(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  private void register(Path folder, List<Unusable> refused) {
    try {
      String fingerprint = fingerprint(folder);
      Optional<StoredModel> known = models.find(name(folder));
      if (known.isEmpty() || isChanged(known.get(), fingerprint)) {
        register(folder, fingerprint);
      }
    } catch (CheckpointException | IllegalArgumentException | IOException failure) {
      refused.add(new Unusable(name(folder), String.valueOf(failure.getMessage())));
    }
  }

  private boolean isChanged(StoredModel known, String fingerprint) throws IOException {
    return !fingerprint.equals(known.info().path(FINGERPRINT).asString(""))
        || !artifacts.exists(known.artifactPrefix() + "/config.json");
  }

  private void register(Path folder, String fingerprint) throws IOException {
    Inspection inspected = Inspection.of(folder);
    ObjectNode info = inspected.info().put(FINGERPRINT, fingerprint);
    String id = name(folder);
    String hash = inspected.sha256();
    Optional<StoredModel> known = models.find(id);
    if (known.isPresent() && !known.get().hash().equals(hash)) {
      throw new IllegalArgumentException(
          "other weights are registered under this name; rename %s to use these".formatted(folder));
    }
    String prefix = "models/base/%s/%s".formatted(id, hash.substring(0, 12));
    CheckpointFiles.withModelFiles(folder, files -> artifacts.putFolder(prefix, files));
    models.register(
        new StoredModel(id, Kind.BASE, prefix, null, null, null, hash, info, clock.instant()));
    log.info("base model '{}' is registered: {} parameters", id, info.path("parameters"));
  }

  /// Names, sizes and times of the files: enough to see a change without reading the weights.
  private static String fingerprint(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      var parts = new ArrayList<String>();
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        parts.add(
            "%s:%d:%d"
                .formatted(
                    file.getFileName(),
                    Files.size(file),
                    Files.getLastModifiedTime(file).toMillis()));
      }
      return StoreJson.mapper().writeValueAsString(parts);
    }
  }
}
