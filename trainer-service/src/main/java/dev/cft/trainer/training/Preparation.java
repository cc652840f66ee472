package dev.cft.trainer.training;

import dev.cft.lm.CheckpointException;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.models.StoredModel;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.trainer.models.ModelRegistry;
import dev.cft.trainer.planning.Failures;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.training.Inputs.Resolved;
import dev.cft.trainer.trainingsets.ModelRowMeasure;
import dev.cft.trainer.trainingsets.TrainingSet;
import dev.cft.trainer.trainingsets.TrainingSets;
import dev.cft.trainer.trainingsets.TrainingSets.Order;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Builds a job's data in its run folder, once; later calls find it there.
@Component
final class Preparation {
  private final TrainingSets sets;
  private final ModelRegistry registry;
  private final ResourceCheck resources;

  Preparation(TrainingSets sets, ModelRegistry registry, ResourceCheck resources) {
    this.sets = sets;
    this.registry = registry;
    this.resources = resources;
  }

  /// @param cutoff tokens that rows are cut to
  record Prepared(
      Path model,
      int cutoff,
      TrainingSet training,
      @Nullable TrainingSet validation,
      BatchPlan batch) {
    long rows() {
      return training.rows();
    }
  }

  /// @param slots that the job takes
  /// @throws JobFailedException the rows cannot be trained on, naming every fault
  Prepared prepare(FineTuningSpec spec, int slots, Resolved inputs, RunFolder folder)
      throws IOException {
    return prepare(spec, slots, inputs, folder, false);
  }

  /// The same, and holds the run's memory and disk against what there is.
  ///
  /// @throws JobFailedException naming every fault of rows, batch, memory and disk
  Prepared checked(FineTuningSpec spec, int slots, Resolved inputs, RunFolder folder)
      throws IOException {
    return prepare(spec, slots, inputs, folder, true);
  }

  private Prepared prepare(
      FineTuningSpec spec, int slots, Resolved inputs, RunFolder folder, boolean isResourcesToo)
      throws IOException {
    folder.create();
    Path model = modelFolder(inputs.model());
    int cutoff = TrainSpecs.cutoff(spec, inputs.model());
    int devices = resources.devices(spec, slots);
    var failures = new Failures();
    try (var measure = measure(model, cutoff)) {
      var training = new Order(inputs.rows(), "training_file", spec.method(), cutoff);
      Optional<TrainingSet> built =
          failures.of(() -> sets.build(training, measure, folder.trainingRows()));
      Optional<TrainingSet> validation = validation(spec, inputs, measure, folder, failures);
      Optional<Prepared> prepared =
          built.map(set ->
              new Prepared(
                  model,
                  cutoff,
                  set,
                  validation.orElse(null),
                  BatchPlan.of(TrainSpecs.chosen(spec), set.rows(), devices)));
      if (isResourcesToo) {
        resources.check(spec, model, cutoff, devices, prepared, failures);
      }
      failures.throwIfAny();
      return prepared.orElseThrow();
    }
  }

  private Path modelFolder(StoredModel model) throws IOException {
    try {
      return registry.folder(model);
    } catch (NoSuchFileException gone) {
      throw broken("the files of the model '%s' are gone".formatted(model.id()));
    }
  }

  private static ModelRowMeasure measure(Path model, int cutoff) {
    try {
      return ModelRowMeasure.open(model, cutoff);
    } catch (CheckpointException failure) {
      throw broken(String.valueOf(failure.getMessage()));
    }
  }

  private static JobFailedException broken(String message) {
    return new JobFailedException(new JobError("invalid_checkpoint", message, "model"));
  }

  private Optional<TrainingSet> validation(
      FineTuningSpec spec,
      Resolved inputs,
      ModelRowMeasure measure,
      RunFolder folder,
      Failures failures)
      throws IOException {
    String rows = inputs.validationRows();
    if (rows == null) {
      return Optional.empty();
    }
    var order =
        new Order(rows, "validation_file", spec.method(), TrainSpecs.cutoff(spec, inputs.model()));
    return failures.of(() -> sets.build(order, measure, folder.validationRows()));
  }
}
