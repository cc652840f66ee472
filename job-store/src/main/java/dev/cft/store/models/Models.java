package dev.cft.store.models;

import java.util.List;
import java.util.Optional;

/// All models.
public interface Models {
  /// Adds a model; one of the same id and hash is left as it is.
  ///
  /// @throws IllegalArgumentException the id is taken by other weights
  void register(StoredModel model);

  Optional<StoredModel> find(String id);

  /// All models, base models first, then newest first; checkpoints only where asked for.
  List<StoredModel> list(boolean withCheckpoints);

  /// The checkpoints that a job made, by step.
  List<StoredModel> checkpointsOf(String jobId);

  boolean delete(String id);
}
