package dev.cft.trainer.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a run is on the cluster: a Job, or over several nodes a TrainJob of Kubeflow Trainer.
///
/// @param job the id of ours; null where somebody else's has our label
/// @param isIdle it is suspended, and nothing of it is active
record RunObject(
    Kind kind,
    String name,
    String uid,
    @Nullable String job,
    boolean isSuspended,
    boolean isBeingDeleted,
    boolean isIdle,
    boolean isComplete,
    Optional<Condition> failed) {
  /// By the names that Kubernetes has for them.
  enum Kind {
    JOB("Job"),
    TRAIN_JOB("TrainJob");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  static RunObject of(Job job) {
    List<Condition> conditions = conditions(job);
    boolean isSuspended = Boolean.TRUE.equals(job.getSpec().getSuspend());
    return of(
        Kind.JOB,
        job,
        conditions,
        isSuspended,
        isSuspended
            && isTrue(conditions, "Suspended")
            && isZero(job.getStatus().getActive())
            && isZero(job.getStatus().getTerminating()));
  }

  private static List<Condition> conditions(Job job) {
    return job.getStatus() == null
        ? List.of()
        : job.getStatus().getConditions().stream()
            .map(each ->
                new Condition(
                    each.getType(),
                    "True".equals(each.getStatus()),
                    String.valueOf(each.getReason()),
                    String.valueOf(each.getMessage())))
            .toList();
  }

  static RunObject of(GenericKubernetesResource trainJob) {
    List<Condition> conditions = Condition.all(trainJob);
    boolean isSuspended = Boolean.TRUE.equals(trainJob.get("spec", "suspend"));
    return of(
        Kind.TRAIN_JOB,
        trainJob,
        conditions,
        isSuspended,
        isSuspended && isTrue(conditions, "Suspended") && !hasActive(trainJob));
  }

  private static boolean hasActive(GenericKubernetesResource trainJob) {
    return trainJob.get("status", "jobsStatus") instanceof List<?> jobs
        && jobs.stream()
            .anyMatch(job ->
                job instanceof Map<?, ?> map
                    && map.get("active") instanceof Number active
                    && active.intValue() > 0);
  }

  private static RunObject of(
      Kind kind,
      HasMetadata object,
      List<Condition> conditions,
      boolean isSuspended,
      boolean isIdle) {
    ObjectMeta meta = object.getMetadata();
    return new RunObject(
        kind,
        meta.getName(),
        meta.getUid(),
        meta.getLabels().get(JobManifest.JOB_ID),
        isSuspended,
        meta.getDeletionTimestamp() != null,
        isIdle,
        isTrue(conditions, "Complete"),
        conditions.stream()
            .filter(each -> each.type().equals("Failed") && each.isTrue())
            .findFirst());
  }

  private static boolean isTrue(List<Condition> conditions, String type) {
    return conditions.stream().anyMatch(each -> each.type().equals(type) && each.isTrue());
  }

  private static boolean isZero(@Nullable Integer count) {
    return count == null || count == 0;
  }

  /// The same once it may go on.
  RunObject resumed() {
    return new RunObject(kind, name, uid, job, false, isBeingDeleted, false, isComplete, failed);
  }

  boolean isFinished() {
    return isComplete || failed.isPresent();
  }
}
