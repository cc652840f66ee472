package dev.cft.trainer.training;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobEvent.Level;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.models.StoredModel;
import dev.cft.trainer.models.ModelRegistry;
import dev.cft.trainer.selection.CheckpointWatch;
import dev.cft.trainer.selection.CheckpointWatch.Choice;
import dev.cft.trainer.training.TrainingRuns.Plan;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes a model of a run that has ended well.
@Component
final class Completion {
  private final ModelRegistry registry;
  private final ResultFiles files;
  private final Jobs jobs;

  Completion(ModelRegistry registry, ResultFiles files, Jobs jobs) {
    this.registry = registry;
    this.files = files;
    this.jobs = jobs;
  }

  /// Empty where the run left no checkpoint.
  Optional<Outcome.Succeeded> of(JobRun run, Plan plan, RunFollower follower, CheckpointWatch watch)
      throws IOException {
    Optional<Choice> choice = watch.choice();
    if (choice.isEmpty()) {
      return Optional.empty();
    }
    Choice chosen = choice.get();
    long step = Objects.requireNonNull(chosen.checkpoint().step());
    StoredModel model =
        registry.fineTuned(
            plan.trained(run, step, metrics(chosen.checkpoint())), chosen.checkpoint());
    run.fenced(() -> {
      registry.register(model);
      return model;
    });
    run.event(
        Level.INFO,
        "New fine-tuned model created: %s, of step %d (%s)"
            .formatted(model.id(), step, words(chosen)),
        null);
    ObjectNode result = result(run, plan, model, follower, watch.lastStep());
    result.put("selected_step", step).put("selected_by", chosen.by());
    files.store(run.job(), plan.folder()).forEach(result.putArray("result_files")::add);
    plan.folder().prune(isResumable(plan) ? 1 : 0, Long.MAX_VALUE);
    return Optional.of(new Outcome.Succeeded(result));
  }

  private static String words(Choice choice) {
    return choice.by().equals("last") ? "the last" : "the best by " + choice.by();
  }

  private static ObjectNode metrics(StoredModel checkpoint) {
    return checkpoint.info().path("metrics").isObject()
        ? checkpoint.info().path("metrics").asObject()
        : StoreJson.mapper().createObjectNode();
  }

  /// The last checkpoint stays in the run folder with its optimiser's state, so that the run can be
  /// continued.
  private static boolean isResumable(Plan plan) {
    var keep = plan.spec().watched().keep();
    return keep == null || !Boolean.FALSE.equals(keep.resumable());
  }

  private ObjectNode result(
      JobRun run, Plan plan, StoredModel model, RunFollower follower, long steps) {
    ObjectNode result = StoreJson.mapper().createObjectNode().put("fine_tuned_model", model.id());
    Optional<ObjectNode> engine = plan.folder().result();
    result.put(
        "trained_tokens",
        engine
            .map(told -> told.path("trained_tokens").asLong(0))
            .orElseGet(follower::trainedTokens));
    result.put(
        "train_loss",
        engine.map(told -> told.path("train_loss").asDouble(0)).orElseGet(() -> meanLoss(run)));
    result.put("steps", steps);
    result.put("early_stopped", engine.isEmpty());
    result.put("rows", plan.prepared().rows());
    result.put("data_hash", plan.prepared().training().sha256());
    result.put("model_hash", model.hash());
    result.put("base_hash", plan.parent().hash());
    engine
        .map(told -> told.path("versions"))
        .filter(JsonNode::isObject)
        .ifPresent(versions -> result.set("versions", versions));
    return result;
  }

  private double meanLoss(JobRun run) {
    return jobs.metric(run.job().id(), "train_loss").values().stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElse(0);
  }
}
