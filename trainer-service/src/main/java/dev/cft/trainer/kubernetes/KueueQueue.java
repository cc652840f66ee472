package dev.cft.trainer.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Map;
import java.util.Optional;

/// What Kueue says of our runs: why they wait in its queue, at which place, and why it stopped
/// them.
final class KueueQueue implements AutoCloseable {
  private static final ResourceDefinitionContext WORKLOADS =
      new ResourceDefinitionContext.Builder()
          .withGroup("kueue.x-k8s.io")
          .withVersion("v1beta2")
          .withKind("Workload")
          .withPlural("workloads")
          .withNamespaced(true)
          .build();

  private static final String OWNER = "owner";

  private final String name;
  private final SharedIndexInformer<GenericKubernetesResource> workloads;
  private final KueuePlaces places;

  /// @param name of the LocalQueue
  KueueQueue(KubernetesClient client, String namespace, String name) {
    this.name = name;
    SharedIndexInformer<GenericKubernetesResource> informer =
        client.genericKubernetesResources(WORKLOADS).inNamespace(namespace).runnableInformer(0);
    informer.addIndexers(Map.of(OWNER, Cluster::owners));
    this.workloads = Cluster.started(informer);
    this.places = new KueuePlaces(client, namespace, name);
  }

  /// Why a Job that Kueue holds does not begin.
  ///
  /// @param uid of the Job
  String waitsFor(String uid) {
    Optional<GenericKubernetesResource> found = workload(uid);
    if (found.isEmpty()) {
      return "waits for Kueue to take note of it: is there a LocalQueue %s in its namespace, and does Kueue run?"
          .formatted(name);
    }
    GenericKubernetesResource workload = found.get();
    if (Boolean.FALSE.equals(workload.get("spec", "active"))) {
      return "Kueue was told to hold it; `kubectl patch workload %s --type merge -p '{\"spec\":{\"active\":true}}'` lets it go on"
          .formatted(workload.getMetadata().getName());
    }
    if (Condition.ofTrue(workload, "QuotaReserved").isPresent()) {
      return "has its quota, and waits for Kueue to admit it";
    }
    String reason =
        Condition.of(workload, "QuotaReserved").map(told -> ": " + told.words()).orElse("");
    return "waits in the cluster's queue %s%s%s"
        .formatted(
            name,
            places
                .of(workload.getMetadata().getName())
                .map(place -> ", " + place.words())
                .orElse(""),
            reason);
  }

  /// Why Kueue has stopped a run that it had admitted; empty where it has not.
  Optional<String> stopped(String uid) {
    return workload(uid)
        .flatMap(workload ->
            Condition.ofTrue(workload, "Evicted").map(evicted -> stopped(workload, evicted)));
  }

  private static String stopped(GenericKubernetesResource workload, Condition evicted) {
    String why =
        switch (evicted.reason()) {
          case "Preempted" ->
              Condition.ofTrue(workload, "Preempted")
                      .filter(how -> how.reason().startsWith("InCohort"))
                      .isPresent()
                  ? "another queue has taken its quota back"
                  : "its quota goes to a job of higher priority";
          case "PodsReadyTimeout" -> "its pods did not start in time";
          case "AdmissionCheck" -> "a check of Kueue's refused it";
          case "ClusterQueueStopped", "LocalQueueStopped" -> "the queue was stopped";
          case "NodeFailures" -> "a node of it failed";
          default -> "Kueue stopped it";
        };
    return "Kueue stops it: %s; it writes a checkpoint, and goes on from it when Kueue lets it (%s: %s)"
        .formatted(why, evicted.reason(), evicted.message());
  }

  private Optional<GenericKubernetesResource> workload(String uid) {
    return workloads.getIndexer().byIndex(OWNER, uid).stream().findFirst();
  }

  @Override
  public void close() {
    workloads.close();
  }
}
