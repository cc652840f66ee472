package dev.cft.eval.models;

import dev.cft.eval.endpoints.Endpoints;
import dev.cft.eval.models.ModelChoice.Later;
import dev.cft.eval.models.ModelChoice.None;
import dev.cft.eval.models.ModelChoice.Ready;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.models.Models;
import org.springframework.stereotype.Component;

/// Finds the model that a name stands for: a model's id, the id of a fine-tuning job, or
/// `endpoint:NAME`.
@Component
public class ModelNames {
  private final Models models;
  private final Jobs jobs;
  private final Endpoints endpoints;

  ModelNames(Models models, Jobs jobs, Endpoints endpoints) {
    this.models = models;
    this.jobs = jobs;
    this.endpoints = endpoints;
  }

  /// What the name stands for now.
  public ModelChoice choose(String name) {
    if (name.startsWith(Endpoints.PREFIX)) {
      return endpoints
          .find(name)
          .<ModelChoice>map(ModelChoice.Remote::new)
          .orElseGet(() -> new None(endpoints.objectionTo(name)));
    }
    if (name.startsWith(JobKind.FINE_TUNING.idPrefix())) {
      return jobs.find(new JobId(name))
          .map(this::madeBy)
          .orElse(new None("there is no fine-tuning job '%s'".formatted(name)));
    }
    return byId(name);
  }

  private ModelChoice byId(String id) {
    return models
        .find(id)
        .<ModelChoice>map(Ready::new)
        .orElse(new None("there is no model '%s'".formatted(id)));
  }

  private ModelChoice madeBy(Job job) {
    return switch (job.state()) {
      case JobState.Succeeded(_, var result) ->
          result.path("fine_tuned_model").isString()
              ? byId(result.path("fine_tuned_model").asString())
              : new None("fine-tuning job '%s' made no model".formatted(job.id()));
      case JobState.Failed(_, var error) ->
          new None("fine-tuning job '%s' failed: %s".formatted(job.id(), error.message()));
      case JobState.Cancelled _ ->
          new None("fine-tuning job '%s' was cancelled".formatted(job.id()));
      case JobState.Validating _,
          JobState.Waiting _,
          JobState.Queued _,
          JobState.Running _,
          JobState.Pausing _,
          JobState.Paused _ ->
          new Later(job.id());
    };
  }
}
