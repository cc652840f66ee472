package dev.cft.trainer.kubernetes;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.KubernetesSettings;
import dev.cft.trainer.KubernetesSettings.Mount;
import dev.cft.trainer.launching.LaunchOrder;
import dev.cft.trainer.launching.TrainingChild;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The Job of a run: one pod at a time on one node.
record JobManifest(KubernetesSettings settings) {
  static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  static final String OURS = "cft-trainer";
  static final String JOB_ID = "cft.dev/job";
  static final String CONTAINER = "trainer";

  /// Names of the container that trains: ours, and Kubeflow Trainer's.
  private static final Set<String> CONTAINERS = Set.of(CONTAINER, TrainJobManifest.NODE);

  private static final String KUEUE = "kueue.x-k8s.io/";

  /// The run folder's exit codes after which starting again would not help: bad input, no room on
  /// the disk, another process in the folder.
  static final List<Integer> FINAL_EXITS = List.of(42, 74, 76);

  /// Told to end, with a checkpoint or before there could be one: by a suspension, above all.
  private static final List<Integer> TOLD_TO_END = List.of(75, 143);

  /// The same for the same job, so that there is never a second one. Ids are letters of lower case,
  /// digits and a dash.
  static String name(JobId job) {
    return job.value();
  }

  static boolean isTrainer(String container) {
    return CONTAINERS.contains(container);
  }

  Job of(LaunchOrder order) {
    Map<String, String> labels = labels(order.job());
    return new JobBuilder()
        .withNewMetadata()
        .withName(name(order.job()))
        .withLabels(queueLabels(labels, order.priority()))
        .endMetadata()
        .withNewSpec()
        .withSuspend(settings.queue() != null)
        .withParallelism(1)
        .withCompletions(1)
        .withBackoffLimit(settings.retries())
        .withPodReplacementPolicy("Failed")
        .withPodFailurePolicy(failurePolicy())
        .withTtlSecondsAfterFinished((int) settings.keepFinished().toSeconds())
        .withNewTemplate()
        .withNewMetadata()
        .withLabels(labels)
        .withAnnotations(settings.pod().annotations())
        .endMetadata()
        .withSpec(pod(order, order.slots()))
        .endTemplate()
        .endSpec()
        .build();
  }

  static Map<String, String> labels(JobId job) {
    return Map.of(MANAGED_BY, OURS, JOB_ID, job.value());
  }

  Map<String, String> queueLabels(Map<String, String> labels, int priority) {
    var all = new HashMap<>(labels);
    if (settings.queue() != null) {
      all.put(KUEUE + "queue-name", settings.queue());
      String priorityClass = priorityClass(priority);
      if (priorityClass != null) {
        all.put(KUEUE + "priority-class", priorityClass);
      }
    }
    return all;
  }

  /// The class with the greatest least priority that the job reaches.
  private @Nullable String priorityClass(int priority) {
    var reached = settings.priorityClasses().headMap(priority + 1);
    return reached.isEmpty() ? null : reached.lastEntry().getValue();
  }

  /// Disruptions and suspensions count for nothing; what cannot get better is not tried again.
  private static PodFailurePolicy failurePolicy() {
    return new PodFailurePolicyBuilder()
        .addNewRule()
        .withAction("Ignore")
        .addNewOnPodCondition()
        .withType("DisruptionTarget")
        .withStatus("True")
        .endOnPodCondition()
        .endRule()
        .addNewRule()
        .withAction("FailJob")
        .withNewOnExitCodes()
        .withContainerName(CONTAINER)
        .withOperator("In")
        .withValues(FINAL_EXITS)
        .endOnExitCodes()
        .endRule()
        .addNewRule()
        .withAction("Ignore")
        .withNewOnExitCodes()
        .withContainerName(CONTAINER)
        .withOperator("In")
        .withValues(TOLD_TO_END)
        .endOnExitCodes()
        .endRule()
        .build();
  }

  /// @param gpus of its node
  PodSpec pod(LaunchOrder order, int gpus) {
    var pod = settings.pod();
    var container =
        new ContainerBuilder()
            .withName(CONTAINER)
            .withImage(Objects.requireNonNullElse(order.image(), pod.image()))
            .withImagePullPolicy(pod.pullPolicy())
            .withCommand(command(order, gpus))
            .withResources(resources(gpus))
            .withVolumeMounts(mounts())
            .withNewSecurityContext()
            .withAllowPrivilegeEscalation(false)
            .withReadOnlyRootFilesystem(true)
            .withNewCapabilities()
            .withDrop("ALL")
            .endCapabilities()
            .endSecurityContext();
    environment(gpus)
        .forEach((name, value) -> container.addNewEnv().withName(name).withValue(value).endEnv());
    pod.secrets()
        .forEach(secret -> container.addNewEnvFrom().withNewSecretRef(secret, false).endEnvFrom());
    return new PodSpecBuilder()
        .withRestartPolicy("Never")
        .withAutomountServiceAccountToken(false)
        .withEnableServiceLinks(false)
        .withTerminationGracePeriodSeconds(pod.stopGrace().toSeconds())
        .withPriorityClassName(settings.queue() == null ? priorityClass(order.priority()) : null)
        .withImagePullSecrets(pod.pullSecrets().stream().map(LocalObjectReference::new).toList())
        .withNodeSelector(nodeSelector())
        .withTolerations(
            settings.node().tolerations().stream()
                .map(key -> new TolerationBuilder().withKey(key).withOperator("Exists").build())
                .toList())
        .withNewSecurityContext()
        .withRunAsUser(pod.user())
        .withRunAsNonRoot(pod.user() != 0)
        .withFsGroup(pod.user())
        .withFsGroupChangePolicy("OnRootMismatch")
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .withContainers(container.build())
        .withVolumes(volumes())
        .build();
  }

  private Map<String, String> nodeSelector() {
    var selector = new HashMap<>(settings.node().selector());
    if (!settings.node().product().isEmpty()) {
      selector.put("nvidia.com/gpu.product", settings.node().product());
    }
    return selector;
  }

  /// The same as on this machine, without a parent to watch: the pod outlives this service.
  private List<String> command(LaunchOrder order, int gpus) {
    var pod = settings.pod();
    String folder = order.folder().path().toString();
    String classPath =
        pod.classPath() == null ? System.getProperty("java.class.path") : pod.classPath();
    return List.of(
        pod.java(),
        "-Xmx" + pod.heap().toBytes(),
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:ErrorFile=" + folder + "/logs/crash-%p.log",
        "-cp",
        classPath,
        TrainingChild.class.getName(),
        folder,
        TrainingChild.NO_PARENT,
        order.engineMain(),
        "--spec",
        order.folder().spec().toString(),
        "--run-dir",
        folder,
        "--threads",
        Integer.toString(threads(gpus)));
  }

  private Map<String, String> environment(int gpus) {
    String threads = Integer.toString(threads(gpus));
    return Map.of("HOME", "/tmp", "OMP_NUM_THREADS", threads, "MKL_NUM_THREADS", threads);
  }

  private int threads(int gpus) {
    return Math.max(1, times(settings.pod().cpuPerGpu(), gpus).getNumericalAmount().intValue());
  }

  private ResourceRequirements resources(int gpus) {
    var gpu = new Quantity(Integer.toString(gpus));
    Quantity memory = times(settings.pod().memoryPerGpu(), gpus);
    return new ResourceRequirementsBuilder()
        .addToRequests("cpu", times(settings.pod().cpuPerGpu(), gpus))
        .addToRequests("memory", memory)
        .addToRequests(settings.node().resource(), gpu)
        .addToLimits("memory", memory)
        .addToLimits(settings.node().resource(), gpu)
        .build();
  }

  private static Quantity times(String each, int number) {
    return Quantity.parse(each).multiply(number);
  }

  private List<VolumeMount> mounts() {
    var mounts = new ArrayList<VolumeMount>();
    mounts.add(mount("shm", "/dev/shm"));
    mounts.add(mount("tmp", "/tmp"));
    List<Mount> own = settings.pod().mounts();
    for (int i = 0; i < own.size(); i++) {
      mounts.add(mount("data-" + i, own.get(i).path()));
    }
    return mounts;
  }

  private static VolumeMount mount(String name, String path) {
    return new VolumeMountBuilder().withName(name).withMountPath(path).build();
  }

  private List<Volume> volumes() {
    var volumes = new ArrayList<Volume>();
    volumes.add(
        new VolumeBuilder()
            .withName("shm")
            .withNewEmptyDir()
            .withMedium("Memory")
            .withSizeLimit(new Quantity(settings.pod().shm()))
            .endEmptyDir()
            .build());
    volumes.add(new VolumeBuilder().withName("tmp").withNewEmptyDir().endEmptyDir().build());
    List<Mount> own = settings.pod().mounts();
    for (int i = 0; i < own.size(); i++) {
      volumes.add(
          new VolumeBuilder()
              .withName("data-" + i)
              .withNewPersistentVolumeClaim()
              .withClaimName(own.get(i).claim())
              .endPersistentVolumeClaim()
              .build());
    }
    return volumes;
  }
}
