package dev.cft.trainer.launching;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.runs.RunFolder;
import org.jspecify.annotations.Nullable;

/// A training process to be started.
///
/// @param slots GPUs, or slots of a CPU, that it gets
/// @param priority of the job: higher runs first
/// @param engineMain main class of the engine
/// @param image with the engine, where the process is a container; null for the launcher's own
/// @param folder its `spec.json` is written
public record LaunchOrder(
    JobId job,
    int slots,
    int priority,
    String engineMain,
    @Nullable String image,
    RunFolder folder) {}
