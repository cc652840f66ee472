package dev.cft.trainer.runs;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/// `spec.json`: what the engine is told, by LLaMA-Factory's keys.
///
/// @param model folder of the base checkpoint, from the run folder
public record TrainSpec(
    @JsonProperty("model_name_or_path") String model,
    String dataset,
    @Nullable String evalDataset,
    int cutoffLen,
    int perDeviceTrainBatchSize,
    int gradientAccumulationSteps,
    double learningRate,
    double numTrainEpochs,
    @Nullable Integer maxSteps,
    String lrSchedulerType,
    double warmupRatio,
    @Nullable Integer warmupSteps,
    double weightDecay,
    double maxGradNorm,
    double adamBeta2,
    long seed,
    int saveSteps,
    int loggingSteps,
    @Nullable String finetuningType,
    @Nullable Integer loraRank,
    @Nullable Double loraAlpha,
    @Nullable Double loraDropout,
    @Nullable String loraTarget,
    @Nullable Boolean bf16,
    @Nullable Boolean pureBf16,
    @Nullable Boolean gradientCheckpointing,
    @Nullable Boolean packing,
    @Nullable Integer rowLosses,
    @Nullable String resumeFromCheckpoint) {}
