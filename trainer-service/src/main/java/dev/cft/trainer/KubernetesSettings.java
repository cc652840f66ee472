package dev.cft.trainer;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// The settings under `cft.trainer.kubernetes`: a cluster as a place to train.
///
/// @param kubeconfig how to reach it; by default the pod's own service account, or `KUBECONFIG`
/// @param namespace of the Jobs; by default the service's own
/// @param gpus that this service uses at most at once
/// @param node what GPU nodes have and are called
/// @param pod what a training pod is made of
/// @param queue Kueue's LocalQueue; null where there is no Kueue
/// @param runtime Kubeflow Trainer's TrainingRuntime for runs over several nodes; null where there
///   are none
/// @param priorityClasses name by the least priority of a job that has it: Kueue's
///   WorkloadPriorityClass with a queue, else a PriorityClass
/// @param retries pods that Kubernetes starts again by itself after one has failed
/// @param keepFinished how long a finished Job can still be looked at
public record KubernetesSettings(
    @Nullable Path kubeconfig,
    @Nullable String namespace,
    @Min(1) int gpus,
    @Valid @DefaultValue Node node,
    @Valid Pod pod,
    @Nullable String queue,
    @Nullable String runtime,
    @DefaultValue SortedMap<Integer, String> priorityClasses,
    @DefaultValue("3") @Min(0) int retries,
    @DefaultValue("1d") Duration keepFinished) {
  public KubernetesSettings {
    Objects.requireNonNull(pod, "cft.trainer.kubernetes.pod.image is not set");
    priorityClasses = new TreeMap<>(priorityClasses);
  }

  /// Nodes with GPUs.
  ///
  /// @param gpus of one node
  /// @param gpuMemory of each; runs that need more are refused. By default what `nvidia-smi` tells
  ///   of an H100 (81,559 MiB), in whole GiB
  /// @param resource by which pods ask for them
  /// @param product value of the label `nvidia.com/gpu.product`; empty for any
  /// @param selector further labels
  /// @param tolerations keys of taints that the pods tolerate
  public record Node(
      @DefaultValue("8") @Min(1) int gpus,
      @DefaultValue("79GB") DataSize gpuMemory,
      @DefaultValue("nvidia.com/gpu") String resource,
      @DefaultValue("NVIDIA-H100-80GB-HBM3") String product,
      @DefaultValue Map<String, String> selector,
      @DefaultValue("nvidia.com/gpu") List<String> tolerations) {
    public Node {
      selector = Map.copyOf(selector);
      tolerations = List.copyOf(tolerations);
    }
  }

  /// A training pod.
  ///
  /// @param image with this service's program at the same place: the trainer's own. An engine may
  ///   have another
  /// @param java the launcher of its Java
  /// @param classPath by default this process's own
  /// @param heap Java heap; weights live outside it
  /// @param cpuPerGpu requested
  /// @param memoryPerGpu requested, and the limit
  /// @param shm size of `/dev/shm`, through which the processes of several GPUs speak
  /// @param mounts volumes that this service has at the same paths: run folders, models
  /// @param secrets whose entries become environment variables
  /// @param stopGrace how long it may take to write a checkpoint when told to stop
  /// @param user that it runs as, by number
  public record Pod(
      @NotBlank String image,
      @DefaultValue("IfNotPresent") String pullPolicy,
      @DefaultValue List<String> pullSecrets,
      @DefaultValue("java") String java,
      @Nullable String classPath,
      @DefaultValue("1GB") DataSize heap,
      @DefaultValue("12") String cpuPerGpu,
      @DefaultValue("100Gi") String memoryPerGpu,
      @DefaultValue("16Gi") String shm,
      @DefaultValue List<@Valid Mount> mounts,
      @DefaultValue List<String> secrets,
      @DefaultValue Map<String, String> annotations,
      @DefaultValue("300s") Duration stopGrace,
      @DefaultValue("10001") long user) {
    public Pod {
      pullSecrets = List.copyOf(pullSecrets);
      mounts = List.copyOf(mounts);
      secrets = List.copyOf(secrets);
      annotations = Map.copyOf(annotations);
    }
  }

  /// A volume claim and where it is mounted.
  public record Mount(@NotBlank String claim, @NotBlank String path) {}
}
