package dev.cft.trainer.training;

import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.models.Models;
import dev.cft.store.models.StoredModel;
import dev.cft.store.specs.FineTuningSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Finds what a job's spec names, through the results of the jobs that it needs.
@Component
final class Inputs {
  private final Jobs jobs;
  private final Models models;

  Inputs(Jobs jobs, Models models) {
    this.jobs = jobs;
    this.models = models;
  }

  /// @param rows a file's or dataset's id
  record Resolved(StoredModel model, String rows, @Nullable String validationRows) {}

  /// Empty while a needed job has not succeeded.
  ///
  /// @throws JobFailedException what is named is gone
  Optional<Resolved> resolve(FineTuningSpec spec) {
    Optional<String> model = resolved(spec.model(), "fine_tuned_model");
    Optional<String> rows = resolved(spec.trainingFile(), "dataset");
    if (model.isEmpty() || rows.isEmpty()) {
      return Optional.empty();
    }
    String validation = spec.validationFile();
    if (validation == null) {
      return Optional.of(new Resolved(model(model.get()), rows.get(), null));
    }
    return resolved(validation, "dataset")
        .map(validationRows -> new Resolved(model(model.get()), rows.get(), validationRows));
  }

  private StoredModel model(String id) {
    return models
        .find(id)
        .orElseThrow(() ->
            new JobFailedException(
                new JobError("model_not_found", "the model '%s' is gone".formatted(id), "model")));
  }

  private Optional<String> resolved(String id, String resultField) {
    if (JobId.kindOf(id).isEmpty()) {
      return Optional.of(id);
    }
    return jobs.find(new JobId(id))
        .map(Job::state)
        .filter(JobState.Succeeded.class::isInstance)
        .map(state -> ((JobState.Succeeded) state).result().path(resultField).asString(""))
        .filter(value -> !value.isEmpty());
  }
}
