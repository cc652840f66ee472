package dev.cft.trainer.finetuning;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// OpenAI's `integrations`: read in its shape and kept with the job, so that clients that send them
/// work. Nothing is sent anywhere; the job says so.
final class Integrations {
  /// OpenAI's limit.
  private static final int MOST = 5;

  private Integrations() {}

  static @Nullable List<JsonNode> read(@Nullable List<JsonNode> given, Faults faults) {
    if (given == null || given.isEmpty()) {
      return null;
    }
    if (given.size() > MOST) {
      faults.invalid("integrations", given.size() + " entries", "at most " + MOST);
    }
    for (int i = 0; i < given.size(); i++) {
      check(given.get(i), "integrations[%d]".formatted(i), faults);
    }
    return List.copyOf(given);
  }

  private static void check(JsonNode entry, String at, Faults faults) {
    var fields = Fields.of(entry, at, Set.of("type", "wandb"), faults);
    if (fields == null) {
      return;
    }
    String type = fields.text("type", "wandb");
    if (!type.isEmpty() && !type.equals("wandb")) {
      faults.invalid(at + ".type", "'" + type + "'", "wandb");
    }
    var wandb =
        Fields.of(
            entry.get("wandb"), at + ".wandb", Set.of("project", "name", "entity", "tags"), faults);
    if (wandb == null) {
      faults.add("missing_parameter", at + ".wandb", "is missing; it names the project");
    } else {
      wandb.text("project", "a project's name");
    }
  }
}
