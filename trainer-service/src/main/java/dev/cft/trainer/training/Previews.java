package dev.cft.trainer.training;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.models.StoredModel;
import dev.cft.store.specs.FineTuningSpec;
import dev.cft.trainer.models.ModelRegistry;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.RunFolders;
import dev.cft.trainer.trainingsets.ModelRowMeasure;
import dev.cft.trainer.trainingsets.PreviewedRow;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Shows which tokens of a job's rows are trained.
@Component
public final class Previews {
  private final Inputs inputs;
  private final RunFolders folders;
  private final ModelRegistry registry;

  Previews(Inputs inputs, RunFolders folders, ModelRegistry registry) {
    this.inputs = inputs;
    this.folders = folders;
    this.registry = registry;
  }

  /// The first rows of the job's training set; empty while that is not built.
  public Optional<List<PreviewedRow>> first(int rows, Job job) throws IOException {
    FineTuningSpec spec = StoreJson.read(job.spec(), FineTuningSpec.class);
    RunFolder folder = folders.of(job.id());
    Optional<Inputs.Resolved> resolved = inputs.resolve(spec);
    if (resolved.isEmpty() || !Files.exists(folder.trainingRows())) {
      return Optional.empty();
    }
    StoredModel model = resolved.get().model();
    try (var measure =
        ModelRowMeasure.open(registry.folder(model), TrainSpecs.cutoff(spec, model))) {
      return Optional.of(PreviewedRow.first(rows, folder.trainingRows(), measure));
    }
  }
}
