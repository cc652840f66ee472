package dev.cft.trainer.models;

import dev.cft.store.artifacts.ArtifactStore;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.models.Models;
import dev.cft.store.models.StoredModel;
import dev.cft.store.models.StoredModel.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Puts checkpoints into the artifact store and registers them as models.
@Component
public final class ModelRegistry {
  private final Models models;
  private final ArtifactStore artifacts;
  private final InstantSource clock;

  ModelRegistry(Models models, ArtifactStore artifacts, InstantSource clock) {
    this.models = models;
    this.artifacts = artifacts;
    this.clock = clock;
  }

  /// A model that training made.
  ///
  /// @param parent the model that it was trained from
  /// @param metrics of the step it was written at
  public record Trained(
      StoredModel parent, JobId job, @Nullable String suffix, long step, JsonNode metrics) {}

  /// The base model that a model was trained from, at first hand or at last.
  public StoredModel baseOf(StoredModel model) {
    StoredModel found = model;
    while (found.kind() != Kind.BASE && found.parent() != null) {
      Optional<StoredModel> parent = models.find(found.parent());
      if (parent.isEmpty()) {
        return found;
      }
      found = parent.get();
    }
    return found;
  }

  /// The folder with a model's files.
  public Path folder(StoredModel model) throws IOException {
    return artifacts.folder(model.artifactPrefix());
  }

  /// Whether the checkpoint is a model already.
  public boolean isRegistered(Trained checkpoint) {
    return models
        .find(ModelNames.checkpoint(fineTunedId(checkpoint), checkpoint.step()))
        .isPresent();
  }

  /// Registers a checkpoint, unless it is already.
  ///
  /// @return its model
  public StoredModel registerCheckpoint(JobRun run, Trained trained, Path folder)
      throws IOException {
    String id = ModelNames.checkpoint(fineTunedId(trained), trained.step());
    Optional<StoredModel> known = models.find(id);
    if (known.isPresent()) {
      return known.get();
    }
    String prefix = "models/%s/checkpoint-%d".formatted(trained.job(), trained.step());
    CheckpointFiles.withModelFiles(folder, files -> artifacts.putFolder(prefix, files));
    StoredModel model = model(id, Kind.CHECKPOINT, prefix, trained, folder);
    run.fenced(() -> {
      models.register(model);
      return model;
    });
    return model;
  }

  /// The fine-tuned model of a finished job: the weights of its last checkpoint, under its own id.
  public StoredModel fineTuned(Trained trained, StoredModel last) {
    return new StoredModel(
        fineTunedId(trained),
        Kind.FINE_TUNED,
        last.artifactPrefix(),
        trained.parent().id(),
        trained.job().value(),
        null,
        last.hash(),
        info(last.info(), trained),
        clock.instant());
  }

  /// Makes a fine-tuned model known.
  public void register(StoredModel model) {
    models.register(model);
  }

  private String fineTunedId(Trained trained) {
    return ModelNames.fineTuned(baseOf(trained.parent()).id(), trained.suffix(), trained.job());
  }

  private StoredModel model(String id, Kind kind, String prefix, Trained trained, Path folder)
      throws IOException {
    Inspection inspected = Inspection.of(folder);
    return new StoredModel(
        id,
        kind,
        prefix,
        trained.parent().id(),
        trained.job().value(),
        trained.step(),
        inspected.sha256(),
        info(inspected.info(), trained),
        clock.instant());
  }

  private static ObjectNode info(JsonNode checkpoint, Trained trained) {
    ObjectNode info = checkpoint.asObject().deepCopy();
    info.set("metrics", trained.metrics());
    return info;
  }
}
