package dev.cft.trainer.kubernetes;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this service's namespace has of its Jobs, kept up to date by watches.
final class Cluster implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Cluster.class);

  private final KubernetesClient client;
  private final String namespace;
  private final SharedIndexInformer<Job> jobs;
  private final SharedIndexInformer<Pod> pods;
  private final SharedIndexInformer<Event> warnings;

  Cluster(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
    this.jobs =
        started(
            client
                .batch()
                .v1()
                .jobs()
                .inNamespace(namespace)
                .withLabel(JobManifest.MANAGED_BY, JobManifest.OURS)
                .runnableInformer(0));
    this.pods =
        started(
            client
                .pods()
                .inNamespace(namespace)
                .withLabel(JobManifest.MANAGED_BY, JobManifest.OURS)
                .runnableInformer(0));
    this.warnings =
        started(
            client
                .v1()
                .events()
                .inNamespace(namespace)
                .withField("type", "Warning")
                .runnableInformer(0));
  }

  /// Begins to watch, and goes on trying where the API server does not answer.
  private static <T> SharedIndexInformer<T> started(SharedIndexInformer<T> informer) {
    informer.exceptionHandler((hasStarted, failure) -> {
      log.warn(
          "The watch of {}s broke off; it is taken up again ({})",
          informer.getApiTypeClass().getSimpleName(),
          String.valueOf(failure.getMessage()));
      return true;
    });
    informer.start();
    return informer;
  }

  KubernetesClient client() {
    return client;
  }

  String namespace() {
    return namespace;
  }

  List<Job> jobs() {
    return jobs.getStore().list();
  }

  /// As the watch knows it, which may be a moment behind.
  Optional<Job> job(String name) {
    return Optional.ofNullable(jobs.getStore().getByKey(namespace + "/" + name));
  }

  List<Pod> pods() {
    return pods.getStore().list();
  }

  /// A Job's pods, the newest first.
  List<Pod> podsOf(String jobUid) {
    return pods().stream()
        .filter(pod -> isOwnedBy(pod, jobUid))
        .sorted(
            Comparator.comparing((Pod pod) -> pod.getMetadata().getCreationTimestamp()).reversed())
        .toList();
  }

  private static boolean isOwnedBy(HasMetadata object, String uid) {
    return object.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(uid));
  }

  /// The newest warning about a Job or a pod whose reason begins so.
  Optional<Event> lastWarning(String uid, String reason) {
    return warnings.getStore().list().stream()
        .filter(event -> uid.equals(event.getInvolvedObject().getUid()))
        .filter(event -> String.valueOf(event.getReason()).startsWith(reason))
        .max(Comparator.comparing(Cluster::time));
  }

  private static String time(Event event) {
    if (event.getLastTimestamp() != null) {
      return event.getLastTimestamp();
    }
    return event.getMetadata().getCreationTimestamp();
  }

  @Override
  public void close() {
    jobs.close();
    pods.close();
    warnings.close();
  }
}
