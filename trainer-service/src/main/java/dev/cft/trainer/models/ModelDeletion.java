package dev.cft.trainer.models;

import dev.cft.store.artifacts.ArtifactStore;
import dev.cft.store.models.Models;
import dev.cft.store.models.StoredModel;
import java.io.IOException;
import org.springframework.stereotype.Component;

/// Deletes models, and their files when no other model has them.
@Component
final class ModelDeletion {
  private final Models models;
  private final ArtifactStore artifacts;

  ModelDeletion(Models models, ArtifactStore artifacts) {
    this.models = models;
    this.artifacts = artifacts;
  }

  void delete(StoredModel model) throws IOException {
    models.delete(model.id());
    boolean isShared =
        models.list(true).stream()
            .anyMatch(other -> other.artifactPrefix().equals(model.artifactPrefix()));
    if (!isShared) {
      artifacts.delete(model.artifactPrefix());
    }
  }
}
