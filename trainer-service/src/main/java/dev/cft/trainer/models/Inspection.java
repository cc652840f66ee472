package dev.cft.trainer.models;

import dev.cft.lm.CheckpointInfo;
import dev.cft.lm.Checkpoints;
import dev.cft.store.StoreJson;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/// What a checkpoint folder holds, as a model's record keeps it.
///
/// @param sha256 over config, tokenizer and weights
record Inspection(String sha256, ObjectNode info) {
  /// @throws dev.cft.lm.CheckpointException naming the file and what is wrong with it
  static Inspection of(Path folder) {
    CheckpointInfo found = Checkpoints.inspect(folder);
    ObjectNode info =
        StoreJson.mapper()
            .createObjectNode()
            .put("architecture", found.config().architecture())
            .put("parameters", found.parameters())
            .put("context_length", found.config().maxPositions())
            .put("dtype", found.dtype())
            .put("bytes", found.bytes());
    return new Inspection(found.sha256(), info);
  }
}
