package dev.cft.trainer.models;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.service.errors.ApiException;
import dev.cft.service.keys.Caller;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.models.Models;
import dev.cft.store.models.StoredModel;
import dev.cft.store.models.StoredModel.Kind;
import dev.cft.trainer.models.BaseModels.Unusable;
import dev.cft.trainer.runs.RunFolders;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Models over HTTP.
@RestController
@RequestMapping("/v1/models")
class ModelsController {
  private final Models models;
  private final BaseModels baseModels;
  private final ModelUse use;
  private final ModelDeletion deletion;
  private final RunFolders folders;

  ModelsController(
      Models models,
      BaseModels baseModels,
      ModelUse use,
      ModelDeletion deletion,
      RunFolders folders) {
    this.folders = folders;
    this.models = models;
    this.baseModels = baseModels;
    this.use = use;
    this.deletion = deletion;
  }

  /// The whole list, as OpenAI's is not paged.
  ///
  /// @param unusable folders of the operator's that hold no model that can be used, and why
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ModelList(String object, List<ModelView> data, List<Unusable> unusable) {}

  /// OpenAI's answer to a deletion.
  record Deleted(String id, String object, boolean deleted) {}

  @GetMapping
  ModelList list(@RequestParam(defaultValue = "false") boolean checkpoints) {
    return new ModelList(
        "list",
        models.list(checkpoints).stream().map(ModelView::of).toList(),
        baseModels.unusable());
  }

  @GetMapping("/{id}")
  ModelView get(@PathVariable String id) {
    return ModelView.of(find(id));
  }

  /// Looks for base models in the operator's folders again, so that a new one needs no restart.
  @PostMapping("/rescan")
  ModelList rescan(Caller caller) {
    caller.mustBeOperator("register base models");
    baseModels.registerAll();
    return list(false);
  }

  /// With a fine-tuned model goes what its run could be continued from.
  @DeleteMapping("/{id}")
  Deleted delete(@PathVariable String id) throws IOException {
    StoredModel model = find(id);
    if (model.kind() == Kind.BASE) {
      throw ApiException.badRequest(
          "base_model",
          "'%s' is a base model; only fine-tuned models and checkpoints can be deleted"
              .formatted(id),
          null);
    }
    Optional<Job> user = use.unfinishedUserOf(model);
    if (user.isPresent()) {
      throw ApiException.badRequest(
          "model_in_use",
          "'%s' is used by %s, which is %s; cancel it or wait for its end"
              .formatted(id, user.get().id(), user.get().status().wireName()),
          null);
    }
    deletion.delete(model);
    if (model.kind() == Kind.FINE_TUNED && model.jobId() != null) {
      folders.of(new JobId(model.jobId())).prune(0, Long.MAX_VALUE);
    }
    return new Deleted(id, "model", true);
  }

  private StoredModel find(String id) {
    return models.find(id).orElseThrow(() -> ApiException.notFound("model", id));
  }
}
