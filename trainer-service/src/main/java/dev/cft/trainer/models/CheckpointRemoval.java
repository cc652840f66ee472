package dev.cft.trainer.models;

import dev.cft.store.models.StoredModel;
import java.io.IOException;
import org.springframework.stereotype.Component;

/// Removes checkpoints of a running job that are not to stay: the one place that does.
@Component
public final class CheckpointRemoval {
  private final ModelUse use;
  private final ModelDeletion deletion;

  CheckpointRemoval(ModelUse use, ModelDeletion deletion) {
    this.use = use;
    this.deletion = deletion;
  }

  /// Removes it, unless it is needed.
  ///
  /// @return false where another unfinished job needs it: it stays for now
  public boolean remove(StoredModel checkpoint) throws IOException {
    if (use.isNamedByUnfinished(checkpoint)) {
      return false;
    }
    deletion.delete(checkpoint);
    return true;
  }
}
