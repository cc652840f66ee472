package dev.cft.trainer.kubernetes;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A queue of Kueue's with a quota of GPUs, as an operator makes it.
final class KueueSetup implements AutoCloseable {
  static final String QUEUE = "cft-train";
  private final KubernetesClient admin;
  private final List<HasMetadata> objects;
  final String low;
  final String high;

  /// Skips the test where there is no Kueue.
  KueueSetup(TestNamespace namespace, int gpus) {
    this.admin = namespace.admin;
    assumeThat(admin.hasApiGroup("kueue.x-k8s.io", true))
        .as("the cluster has no Kueue (kueue.x-k8s.io)")
        .isTrue();
    this.low = namespace.name + "-low";
    this.high = namespace.name + "-high";
    String yaml = YAML.replace("NAME", namespace.name).replace("GPUS", Integer.toString(gpus));
    this.objects =
        admin.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8))).items();
    objects.forEach(each -> admin.resource(each).create());
  }

  private static final String YAML =
      """
      apiVersion: kueue.x-k8s.io/v1beta2
      kind: ResourceFlavor
      metadata: {name: NAME}
      spec:
        nodeLabels: {nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3}
        tolerations: [{key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}]
      ---
      apiVersion: kueue.x-k8s.io/v1beta2
      kind: ClusterQueue
      metadata: {name: NAME}
      spec:
        namespaceSelector: {}
        queueingStrategy: BestEffortFIFO
        preemption: {withinClusterQueue: LowerPriority}
        resourceGroups:
          - coveredResources: [cpu, memory, nvidia.com/gpu]
            flavors:
              - name: NAME
                resources:
                  - {name: cpu, nominalQuota: 1000}
                  - {name: memory, nominalQuota: 9000Gi}
                  - {name: nvidia.com/gpu, nominalQuota: GPUS}
      ---
      apiVersion: kueue.x-k8s.io/v1beta2
      kind: LocalQueue
      metadata: {name: cft-train, namespace: NAME}
      spec: {clusterQueue: NAME}
      ---
      apiVersion: kueue.x-k8s.io/v1beta2
      kind: WorkloadPriorityClass
      metadata: {name: NAME-low}
      value: 1000
      ---
      apiVersion: kueue.x-k8s.io/v1beta2
      kind: WorkloadPriorityClass
      metadata: {name: NAME-high}
      value: 2000
      """;

  @Override
  public void close() {
    objects.reversed().forEach(each -> admin.resource(each).delete());
  }
}
