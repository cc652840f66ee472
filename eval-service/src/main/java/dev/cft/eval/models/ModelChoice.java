package dev.cft.eval.models;

import dev.cft.eval.endpoints.Endpoint;
import dev.cft.store.jobs.JobId;
import dev.cft.store.models.StoredModel;

/// What a user's `model` stands for.
public sealed interface ModelChoice {
  /// A model that is there.
  record Ready(StoredModel model) implements ModelChoice {}

  /// A model behind an endpoint.
  record Remote(Endpoint endpoint) implements ModelChoice {}

  /// The model that an unfinished fine-tuning job will make.
  record Later(JobId job) implements ModelChoice {}

  /// None.
  ///
  /// @param reason a sentence for the user
  record None(String reason) implements ModelChoice {}
}
