package dev.cft.trainer.training;

import dev.cft.lm.CheckpointException;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.store.models.StoredModel;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.trainer.models.ModelRegistry;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.training.Inputs.Resolved;
import dev.cft.trainer.trainingsets.ModelRowMeasure;
import dev.cft.trainer.trainingsets.TrainingSet;
import dev.cft.trainer.trainingsets.TrainingSets;
import dev.cft.trainer.trainingsets.TrainingSets.Order;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Builds a job's data in its run folder, once; later calls find it there.
@Component
final class Preparation {
  private final TrainingSets sets;
  private final ModelRegistry registry;

  Preparation(TrainingSets sets, ModelRegistry registry) {
    this.sets = sets;
    this.registry = registry;
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

  /// @throws dev.cft.store.jobs.JobFailedException the rows cannot be trained on
  Prepared prepare(FineTuningSpec spec, Resolved inputs, RunFolder folder) throws IOException {
    folder.create();
    Path model = modelFolder(inputs.model());
    int cutoff = TrainSpecs.cutoff(spec, inputs.model());
    try (var measure = measure(model, cutoff)) {
      var training = new Order(inputs.rows(), "training_file", spec.method(), cutoff);
      TrainingSet built = sets.build(training, measure, folder.trainingRows());
      return new Prepared(
          model,
          cutoff,
          built,
          validation(spec, inputs, cutoff, measure, folder),
          BatchPlan.of(TrainSpecs.chosen(spec), built.rows()));
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

  private @Nullable TrainingSet validation(
      FineTuningSpec spec, Resolved inputs, int cutoff, ModelRowMeasure measure, RunFolder folder)
      throws IOException {
    if (inputs.validationRows() == null) {
      return null;
    }
    var order = new Order(inputs.validationRows(), "validation_file", spec.method(), cutoff);
    return sets.build(order, measure, folder.validationRows());
  }
}
