package dev.cft.trainer.kubernetes;

import dev.cft.trainer.kubernetes.RunObject.Kind;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What this service's namespace has of its Jobs, kept up to date by watches.
final class Cluster implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Cluster.class);

  /// A label that JobSet gives to its pods: the TrainJob's name.
  private static final String JOB_SET = "jobset.sigs.k8s.io/jobset-name";

  /// Index of pods by the run that they belong to.
  private static final String RUN = "run";

  private final KubernetesClient client;
  private final String namespace;
  private final SharedIndexInformer<Job> jobs;
  private final SharedIndexInformer<Pod> pods;
  private final SharedIndexInformer<Event> warnings;
  private final @Nullable KueueQueue queue;
  private final @Nullable SharedIndexInformer<GenericKubernetesResource> trainJobs;

  /// @param queue Kueue's LocalQueue of the Jobs; null where there is none
  /// @param hasTrainJobs whether runs over several nodes are allowed
  Cluster(KubernetesClient client, String namespace, @Nullable String queue, boolean hasTrainJobs) {
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
                .runnableInformer(0)
                .addIndexers(Map.of(RUN, Cluster::runs)));
    this.warnings =
        started(
            client
                .v1()
                .events()
                .inNamespace(namespace)
                .withField("type", "Warning")
                .runnableInformer(0));
    this.trainJobs =
        hasTrainJobs
            ? started(
                client
                    .genericKubernetesResources(TrainJobManifest.TRAIN_JOBS)
                    .inNamespace(namespace)
                    .withLabel(JobManifest.MANAGED_BY, JobManifest.OURS)
                    .runnableInformer(0))
            : null;
    this.queue = queue == null ? null : new KueueQueue(client, namespace, queue);
  }

  /// Begins to watch, and goes on trying where the API server does not answer.
  static <T> SharedIndexInformer<T> started(SharedIndexInformer<T> informer) {
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

  /// All that are known.
  List<RunObject> runs() {
    Stream<RunObject> ofOneNode = jobs.getStore().list().stream().map(RunObject::of);
    return trainJobs == null
        ? ofOneNode.toList()
        : Stream.concat(ofOneNode, trainJobs.getStore().list().stream().map(RunObject::of))
            .toList();
  }

  /// As the watch knows it, which may be a moment behind.
  Optional<RunObject> run(Kind kind, String name) {
    String key = namespace + "/" + name;
    return switch (kind) {
      case JOB -> Optional.ofNullable(jobs.getStore().getByKey(key)).map(RunObject::of);
      case TRAIN_JOB ->
          Optional.ofNullable(trainJobs)
              .map(all -> all.getStore().getByKey(key))
              .map(RunObject::of);
    };
  }

  List<Pod> pods() {
    return pods.getStore().list();
  }

  /// A run's pods, the newest first. Those of a TrainJob belong to a Job that Kubeflow Trainer
  /// made.
  List<Pod> podsOf(RunObject run) {
    String key =
        switch (run.kind()) {
          case JOB -> run.uid();
          case TRAIN_JOB -> run.name();
        };
    return pods.getIndexer().byIndex(RUN, key).stream()
        .sorted(
            Comparator.comparing((Pod pod) -> pod.getMetadata().getCreationTimestamp()).reversed())
        .toList();
  }

  /// The uids of a pod's owners, and the name of its TrainJob.
  private static List<String> runs(Pod pod) {
    return Stream.concat(
            owners(pod).stream(), Stream.ofNullable(pod.getMetadata().getLabels().get(JOB_SET)))
        .toList();
  }

  /// The uids of an object's owners.
  static List<String> owners(HasMetadata object) {
    return object.getMetadata().getOwnerReferences().stream().map(OwnerReference::getUid).toList();
  }

  /// Kueue's; empty where Jobs need nobody to admit them.
  Optional<KueueQueue> queue() {
    return Optional.ofNullable(queue);
  }

  /// The newest warning about a run's Job whose reason begins so.
  Optional<Event> lastWarning(RunObject run, String reason) {
    return switch (run.kind()) {
      case JOB -> lastWarning(run.uid(), reason);
      case TRAIN_JOB ->
          lastWarning(
              about -> String.valueOf(about.getName()).startsWith(run.name() + "-"), reason);
    };
  }

  /// The newest warning about an object whose reason begins so.
  Optional<Event> lastWarning(String uid, String reason) {
    return lastWarning(about -> uid.equals(about.getUid()), reason);
  }

  private Optional<Event> lastWarning(Predicate<ObjectReference> isAbout, String reason) {
    return warnings.getStore().list().stream()
        .filter(event -> isAbout.test(event.getInvolvedObject()))
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
    if (trainJobs != null) {
      trainJobs.close();
    }
    if (queue != null) {
      queue.close();
    }
  }
}
