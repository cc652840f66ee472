package dev.cft.trainer.engines;

import dev.cft.trainer.presets.Preset;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.TrainSpec;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A program that trains in a run folder. It is started as the main class `MAIN --spec FILE
/// --run-dir FOLDER --threads N` and keeps the run folder's contract.
public interface Engine {
  /// What requests and settings call it.
  String name();

  /// Its main class.
  String mainClass();

  /// An image that has it, for launchers that run containers; empty where theirs has it.
  Optional<String> image();

  /// Whether one run can use several GPUs.
  boolean usesSeveralGpus();

  /// Whether it can train adapters, LoRA.
  boolean trainsAdapters();

  /// Whether a run can go on from the last checkpoint of another, with its optimiser's state.
  boolean continuesOthers();

  /// Writes what it reads beside `spec.json`, before each start.
  ///
  /// @return what the user should know about this start
  /// @throws dev.cft.store.jobs.JobFailedException it cannot do this job
  Optional<String> prepare(Setup setup) throws IOException;

  /// A run to be started.
  ///
  /// @param targetTokens trained tokens of one epoch
  /// @param gpus 0 on a CPU
  /// @param preset null for none
  record Setup(
      RunFolder folder, TrainSpec spec, long targetTokens, int gpus, @Nullable Preset preset) {}
}
