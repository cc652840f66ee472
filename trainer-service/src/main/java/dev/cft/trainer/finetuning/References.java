package dev.cft.trainer.finetuning;

import dev.cft.store.datasets.Datasets;
import dev.cft.store.files.StoredFiles;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.models.Models;
import dev.cft.store.models.StoredModel;
import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import dev.cft.store.specs.FineTuningSpec.Method;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Checks that what a request names is there: model, files, datasets and jobs.
@Component
final class References {
  private final Models models;
  private final StoredFiles files;
  private final Datasets datasets;
  private final Jobs jobs;

  References(Models models, StoredFiles files, Datasets datasets, Jobs jobs) {
    this.models = models;
    this.files = files;
    this.datasets = datasets;
    this.jobs = jobs;
  }

  /// The jobs whose results a job uses.
  record Needed(List<JobId> jobs) {
    Needed {
      jobs = List.copyOf(jobs);
    }
  }

  /// @param hasModel false where the model is another stage's
  Needed check(FineTuningRequest request, Method method, boolean hasModel, Faults faults) {
    var needs = new LinkedHashSet<JobId>();
    if (hasModel) {
      checkModel(request.model(), method, faults).ifPresent(needs::add);
    }
    if (isGiven(request.trainingFile(), "training_file", faults)) {
      checkRows(request.trainingFile(), "training_file", method, faults).ifPresent(needs::add);
    }
    if (request.validationFile() != null) {
      checkRows(request.validationFile(), "validation_file", method, faults).ifPresent(needs::add);
    }
    return new Needed(List.copyOf(needs));
  }

  private static boolean isGiven(@Nullable String value, String param, Faults faults) {
    if (value == null || value.isBlank()) {
      faults.add("missing_parameter", param, "is missing");
      return false;
    }
    return true;
  }

  private Optional<JobId> checkModel(@Nullable String model, Method method, Faults faults) {
    if (!isGiven(model, "model", faults) || model == null) {
      return Optional.empty();
    }
    if (JobId.kindOf(model).filter(kind -> kind == JobKind.FINE_TUNING).isPresent()) {
      return checkJob(model, "model", faults);
    }
    models
        .find(model)
        .ifPresentOrElse(
            found -> checkCutoff(found, method, faults),
            () ->
                faults.add(
                    "model_not_found",
                    "model",
                    "there is no model '%s'; GET /v1/models lists them".formatted(model)));
    return Optional.empty();
  }

  private static void checkCutoff(StoredModel model, Method method, Faults faults) {
    Hyperparameters wanted = method.hyperparameters();
    int context = model.info().path("context_length").asInt(0);
    if (wanted != null
        && wanted.cutoffLen() != null
        && context > 0
        && wanted.cutoffLen() > context) {
      faults.invalid(
          "method.%s.hyperparameters.cutoff_len".formatted(method.type()),
          wanted.cutoffLen(),
          "at most the context of %s, %d tokens".formatted(model.id(), context));
    }
  }

  private Optional<JobId> checkRows(
      @Nullable String rows, String param, Method method, Faults faults) {
    String id = rows == null ? "" : rows;
    Optional<JobKind> kind = JobId.kindOf(id);
    if (kind.isPresent()) {
      return checkRowsJob(id, kind.get(), param, method, faults);
    }
    if (id.startsWith("ds-")) {
      checkDataset(id, param, faults);
    } else if (files.find(id).isEmpty()) {
      faults.add(
          "file_not_found",
          param,
          "there is no file, dataset or job '%s'; upload one with POST /v1/files".formatted(id));
    }
    return Optional.empty();
  }

  private Optional<JobId> checkRowsJob(
      String id, JobKind kind, String param, Method method, Faults faults) {
    if (!kind.makesDataset()) {
      faults.invalid(param, "'" + id + "'", "a file-…, ds-…, dsjob-…, crjob-… or rsjob-… id");
      return Optional.empty();
    }
    if (kind == JobKind.RESPONSES && method.type().equals(RequestCheck.CRITIQUE)) {
      faults.add(
          "invalid_value",
          param,
          "'%s' makes responses without critiques; critique them first (POST /v1/critiques/jobs)"
              .formatted(id));
      return Optional.empty();
    }
    return checkJob(id, param, faults);
  }

  private void checkDataset(String id, String param, Faults faults) {
    datasets
        .find(id)
        .ifPresentOrElse(
            dataset -> {
              if (!dataset.complete()) {
                faults.add(
                    "dataset_incomplete",
                    param,
                    "'%s' is still being written; name the job that writes it instead"
                        .formatted(id));
              }
            },
            () -> faults.add("dataset_not_found", param, "there is no dataset '%s'".formatted(id)));
  }

  private Optional<JobId> checkJob(String id, String param, Faults faults) {
    Optional<Job> job = jobs.find(new JobId(id));
    if (job.isEmpty()) {
      faults.add("job_not_found", param, "there is no job '%s'".formatted(id));
      return Optional.empty();
    }
    JobStatus status = job.get().status();
    if (status == JobStatus.FAILED || status == JobStatus.CANCELLED) {
      faults.add("job_unusable", param, "'%s' is %s".formatted(id, status.wireName()));
      return Optional.empty();
    }
    return Optional.of(job.get().id());
  }
}
