package dev.cft.eval.models;

import dev.cft.lm.CheckpointException;
import dev.cft.store.models.StoredModel;
import java.util.Objects;

/// What users are told of models that cannot be used.
public final class ModelFaults {
  private ModelFaults() {}

  /// A sentence that names the file, without saying where this machine keeps it.
  public static String unreadable(StoredModel model, CheckpointException fault) {
    var folder = Objects.requireNonNullElse(fault.file().getParent(), fault.file()) + "/";
    var problem = String.valueOf(fault.getMessage()).replace(folder, "");
    return "model '%s' cannot be loaded: %s".formatted(model.id(), problem);
  }
}
