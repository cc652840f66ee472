package dev.cft.trainer.planning;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.trainer.trainingsets.TrainingSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a job would do, for a request that is only tried.
///
/// @param cutoffLen tokens that rows are cut to
/// @param tokens that pass through the model in training
/// @param checkpoints how many are written
/// @param estimatedSeconds by earlier runs of the same model; null where there is none
/// @param warnings what may not be meant, such as rows that lose the end of their target
@JsonInclude(JsonInclude.Include.ALWAYS)
public record TrainingPlan(
    String object,
    String model,
    TrainingSet trainingSet,
    @Nullable TrainingSet validationSet,
    int cutoffLen,
    Batch batch,
    long steps,
    double epochs,
    long tokens,
    long checkpoints,
    MemoryNeed memory,
    DiskNeed disk,
    @Nullable Long estimatedSeconds,
    List<String> warnings) {
  public TrainingPlan {
    warnings = List.copyOf(warnings);
  }

  /// size = micro × accumulation × devices.
  public record Batch(int size, int micro, int accumulation, int devices, long stepsPerEpoch) {}
}
