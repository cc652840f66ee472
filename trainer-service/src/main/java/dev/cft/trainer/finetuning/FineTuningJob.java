package dev.cft.trainer.finetuning;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.store.jobs.JobError;
import dev.cft.store.jobs.Progress;
import dev.cft.store.jobs.QueuePlace;
import dev.cft.trainer.usage.Usage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A job as clients see it: OpenAI's `fine_tuning.job`, then what is ours.
///
/// @param createdAt seconds since 1970, as every time here
/// @param estimatedFinish from the job's own pace; null while unknown
/// @param trainedTokens null until the job has succeeded
/// @param hyperparameters OpenAI's old place for them, the same as in `method`
/// @param stage what it does now, in words
/// @param queue its place and the reason where it waits, else null
/// @param needs jobs whose results it uses
/// @param course how it is watched, what stays and what it goes on from; null for the defaults
/// @param engine that trains it
/// @param preset the published run whose choices it takes
/// @param gpus GPUs, or slots of a CPU, that it takes while it runs
/// @param usage GPU-hours, or hours of slots of a CPU, so far, and what they cost
/// @param result what came out, once it has succeeded
@JsonInclude(JsonInclude.Include.ALWAYS)
record FineTuningJob(
    String object,
    String id,
    String model,
    long createdAt,
    @Nullable Long finishedAt,
    @Nullable String fineTunedModel,
    String organizationId,
    List<String> resultFiles,
    String status,
    String trainingFile,
    @Nullable String validationFile,
    JsonNode hyperparameters,
    JsonNode method,
    @Nullable JobError error,
    long seed,
    @Nullable Long trainedTokens,
    @Nullable Long estimatedFinish,
    List<JsonNode> integrations,
    @Nullable Map<String, String> metadata,
    @Nullable String userProvidedSuffix,
    Progress progress,
    String stage,
    @Nullable QueuePlace queue,
    List<String> needs,
    int priority,
    int attempts,
    @Nullable JsonNode course,
    int gpus,
    String engine,
    @Nullable String preset,
    Usage.Amount usage,
    @Nullable JsonNode result) {}
