package dev.cft.trainer.finetuning;

import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.trainer.planning.TrainingPlan;
import dev.cft.trainer.training.DryRuns;
import java.io.IOException;
import java.util.Objects;
import org.springframework.stereotype.Component;

/// Answers requests that are only tried.
@Component
final class RequestPlans {
  private final RequestCheck check;
  private final DryRuns dryRuns;

  RequestPlans(RequestCheck check, DryRuns dryRuns) {
    this.check = check;
    this.dryRuns = dryRuns;
  }

  /// The plan of the first stage: the model of a later one is not there yet.
  ///
  /// @throws dev.cft.service.errors.ApiException naming every fault of the request, its rows, and
  ///   what it needs
  TrainingPlan of(FineTuningRequest request) throws IOException {
    var faults = new Faults();
    RequestCheck.Checked checked = check.stages(request, faults).getFirst();
    if (faults.concern("model", "training_file", "validation_file", "method", "hyperparameters")) {
      faults.throwIfAny();
    }
    try {
      TrainingPlan plan = dryRuns.plan(checked.spec(), checked.gpus());
      faults.throwIfAny();
      return plan;
    } catch (JobFailedException failed) {
      JobError error = failed.error();
      faults.add(
          error.code(), Objects.requireNonNullElse(error.param(), "request"), error.message());
      faults.throwIfAny();
      throw failed;
    }
  }
}
