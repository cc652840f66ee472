package dev.cft.trainer.kubernetes;

import dev.cft.trainer.KubernetesSettings;
import dev.cft.trainer.launching.LaunchOrder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The TrainJob of a run over several nodes: one pod a node, by the operator's TrainingRuntime,
/// which says what a TrainJob cannot: when pods are started again.
record TrainJobManifest(KubernetesSettings settings) {
  static final String GROUP = "trainer.kubeflow.org";
  private static final String VERSION = "v1alpha1";

  static final ResourceDefinitionContext TRAIN_JOBS =
      new ResourceDefinitionContext.Builder()
          .withGroup(GROUP)
          .withVersion(VERSION)
          .withKind("TrainJob")
          .withPlural("trainjobs")
          .withNamespaced(true)
          .build();

  /// Kubeflow Trainer's name for the container that trains, and for the nodes' Job.
  static final String NODE = "node";

  GenericKubernetesResource of(LaunchOrder order) {
    int nodes = order.slots() / settings.node().gpus();
    var manifest = new JobManifest(settings);
    Map<String, String> labels = JobManifest.labels(order.job());
    PodSpec pod = manifest.pod(order, settings.node().gpus());
    var trainJob = new GenericKubernetesResource();
    trainJob.setApiVersion(GROUP + "/" + VERSION);
    trainJob.setKind("TrainJob");
    trainJob.setMetadata(
        new ObjectMetaBuilder()
            .withName(JobManifest.name(order.job()))
            .withLabels(manifest.queueLabels(labels, order.priority()))
            .build());
    trainJob.setAdditionalProperty(
        "spec",
        Map.of(
            "suspend", settings.queue() != null,
            "runtimeRef", runtime(),
            "trainer", trainer(nodes, pod.getContainers().getFirst()),
            "runtimePatches", List.of(patch(labels, pod))));
    return trainJob;
  }

  private Map<String, String> runtime() {
    return Map.of(
        "apiGroup",
        GROUP,
        "kind",
        "TrainingRuntime",
        "name",
        Objects.requireNonNull(settings.runtime()));
  }

  private Map<String, Object> trainer(int nodes, Container container) {
    return Map.of(
        "numNodes", nodes,
        "numProcPerNode", settings.node().gpus(),
        "image", container.getImage(),
        "command", container.getCommand(),
        "env", container.getEnv(),
        "resourcesPerNode", container.getResources());
  }

  /// What the runtime's pods do not have yet.
  private Map<String, Object> patch(Map<String, String> labels, PodSpec pod) {
    Container container = pod.getContainers().getFirst();
    var spec = new HashMap<String, Object>();
    spec.put("volumes", pod.getVolumes());
    spec.put("imagePullSecrets", pod.getImagePullSecrets());
    spec.put("securityContext", pod.getSecurityContext());
    spec.put("nodeSelector", pod.getNodeSelector());
    spec.put("tolerations", pod.getTolerations());
    spec.put("terminationGracePeriodSeconds", pod.getTerminationGracePeriodSeconds());
    spec.put(
        "containers",
        List.of(
            Map.of(
                "name", NODE,
                "volumeMounts", container.getVolumeMounts(),
                "securityContext", container.getSecurityContext())));
    Map<String, Object> metadata =
        Map.of("labels", labels, "annotations", settings.pod().annotations());
    Map<String, Object> template = Map.of("metadata", metadata, "spec", spec);
    Map<String, Object> job =
        Map.of("name", NODE, "template", Map.of("spec", Map.of("template", template)));
    return Map.of(
        "manager",
        "cft.dev/trainer",
        "trainingRuntimeSpec",
        Map.of("template", Map.of("spec", Map.of("replicatedJobs", List.of(job)))));
  }
}
