package dev.cft.critiques.responses;

import dev.cft.service.errors.ApiException;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.models.Models;
import dev.cft.store.models.StoredModel;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Which model a response job means: by its id, or by the fine-tuning job that makes it.
@Component
class ModelChoice {
  private final Models models;
  private final Jobs jobs;

  ModelChoice(Models models, Jobs jobs) {
    this.models = models;
    this.jobs = jobs;
  }

  /// Checks a model when a job is asked for.
  ///
  /// @return the jobs that must finish first
  /// @throws ApiException there is no such model
  List<JobId> check(String model) {
    if (isJob(model)) {
      return List.of(
          jobs.find(new JobId(model)).orElseThrow(() -> ApiException.notFound("job", model)).id());
    }
    if (models.find(model).isEmpty()) {
      throw ApiException.badRequest(
          "model_not_found",
          "There is no model '%s'; there are %s."
              .formatted(model, models.list(false).stream().map(StoredModel::id).toList()),
          "model");
    }
    return List.of();
  }

  /// The model when the job runs.
  ///
  /// @throws JobFailedException it is gone
  StoredModel resolve(String model) {
    var id = isJob(model) ? made(new JobId(model)) : Optional.of(model);
    return id.flatMap(models::find)
        .orElseThrow(() ->
            new JobFailedException(
                new JobError(
                    "model_not_found",
                    "The model %s is there no more.".formatted(id.orElse(model)),
                    "model")));
  }

  private static boolean isJob(String model) {
    return JobId.kindOf(model).filter(kind -> kind == JobKind.FINE_TUNING).isPresent();
  }

  private Optional<String> made(JobId job) {
    return jobs.find(job)
        .map(found ->
            found.state() instanceof JobState.Succeeded done
                ? done.result().path("fine_tuned_model").asString("")
                : "");
  }
}
