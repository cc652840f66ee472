package dev.cft.trainer;

import jakarta.validation.Valid;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// The settings under `cft.trainer`.
///
/// @param runsDir where run folders lie, one a job; by default beside the artifacts
/// @param baseModels folders that hold base models: a folder with a config.json is one, else each
///   sub-folder with one is
/// @param deviceMemory of the device that one job trains on; by default a GPU of the cluster's, or
///   this machine's memory divided by its slots
/// @param local this machine as a place to train
/// @param launcher where jobs train: `local` or `kubernetes`
/// @param kubernetes the cluster; only with that launcher
/// @param gpuHourPrice what an hour of a GPU, or of a slot of a CPU, costs; null where nobody
///   counts
/// @param silence how long a training process may write nothing before it is taken for hung
/// @param engines that jobs may name; the first is used where they name none
/// @param llamaFactory where the engine `llama-factory` is
@Validated
@ConfigurationProperties(prefix = "cft.trainer", ignoreUnknownFields = false)
public record TrainerProperties(
    Path runsDir,
    @DefaultValue List<Path> baseModels,
    @Nullable DataSize deviceMemory,
    @Valid @DefaultValue Local local,
    @DefaultValue("local") @Pattern(regexp = "local|kubernetes") String launcher,
    @Valid @Nullable KubernetesSettings kubernetes,
    @Nullable @PositiveOrZero BigDecimal gpuHourPrice,
    @DefaultValue("1h") Duration silence,
    @NotEmpty @DefaultValue("djl") List<String> engines,
    @Valid @DefaultValue LlamaFactory llamaFactory) {
  public TrainerProperties {
    baseModels = List.copyOf(baseModels);
    engines = List.copyOf(engines);
    runsDir =
        Objects.requireNonNull(runsDir, "cft.trainer.runs-dir is not set")
            .toAbsolutePath()
            .normalize();
  }

  @AssertTrue(
      message =
          "cft.trainer.kubernetes is needed with cft.trainer.launcher=kubernetes, and only then")
  public boolean isClusterGivenWhereItIsUsed() {
    return launcher.equals("kubernetes") == (kubernetes != null);
  }

  /// LLaMA-Factory, installed beside this service or in an image of its own.
  ///
  /// @param python the interpreter that has it
  /// @param version that must be found there: another may train otherwise
  /// @param image of its pods on a cluster; by default that of all
  public record LlamaFactory(
      @Nullable Path python, @DefaultValue("0.9.5") String version, @Nullable String image) {}

  /// This machine.
  ///
  /// @param slots that jobs take one or several of; by default the GPUs, or one for two cores where
  ///   there are none
  /// @param threads of one slot; by default the cores divided by the slots
  /// @param heap Java heap of one process; weights live outside it
  /// @param stopGrace how long a process may take to write a checkpoint when told to stop
  /// @param retryDelay wait before a process that died is started again
  /// @param javaOptions more options for the process, for instance `-Dai.djl.…`
  public record Local(
      @Nullable @Min(1) Integer slots,
      @Nullable @Min(1) @Max(1024) Integer threads,
      @DefaultValue("1GB") DataSize heap,
      @DefaultValue("60s") Duration stopGrace,
      @DefaultValue("5s") Duration retryDelay,
      @DefaultValue List<String> javaOptions) {
    public Local {
      javaOptions = List.copyOf(javaOptions);
    }

    /// Slots of a machine of that many cores.
    public int slotsOn(int cores) {
      return slots != null ? slots : defaultSlots(cores);
    }

    /// Threads of each slot on a machine of that many cores.
    public int threadsOn(int cores) {
      return threads != null ? threads : Math.max(1, cores / slotsOn(cores));
    }

    /// One slot for two cores, our choice: a small model gains little from more threads.
    public static int defaultSlots(int cores) {
      return Math.max(1, cores / 2);
    }
  }
}
