package dev.cft.trainer.kubernetes;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.launching.PlaceUnavailableException;
import dev.cft.trainer.launching.TrainingProcess;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A run on the cluster: a Job, whatever pods it has had. The pods go on when this service ends.
final class KubernetesProcess implements TrainingProcess {
  private static final Logger log = LoggerFactory.getLogger(KubernetesProcess.class);

  private static final int DONE = 0;
  private static final int STOPPED = 75;

  /// What a shell says of a process that was told to end.
  private static final int TERMINATED = 143;

  /// As the Job controller words it.
  private static final Pattern EXIT_CODE = Pattern.compile("failed with exit code (\\d+)");

  /// What a run waits for is told as news once it has lasted so long.
  private static final Duration WORTH_TELLING = Duration.ofSeconds(2);

  private final Cluster cluster;
  private final ClusterJobs jobs;
  private final JobId id;
  private final String uid;
  private final Notes notes;
  private final PodLogs logs;
  private final RunWords words;
  private Job last;
  private boolean isGone;
  private boolean isStopping;
  private @Nullable String waitsFor;
  private long waitsSince = System.nanoTime();
  private @Nullable String gpuFault;

  KubernetesProcess(Cluster cluster, ClusterJobs jobs, JobId id, Job job, Notes notes) {
    this.cluster = cluster;
    this.jobs = jobs;
    this.id = id;
    this.last = job;
    this.uid = job.getMetadata().getUid();
    this.notes = notes;
    this.logs = new PodLogs(cluster, notes);
    this.words = new RunWords(cluster, uid, jobs.isQueued());
    this.waitsFor = words.waitsFor(job, false).orElse(null);
  }

  @Override
  public OptionalInt await(Duration atMost) throws InterruptedException {
    Thread.sleep(atMost);
    look();
    OptionalInt exit = isGone ? OptionalInt.of(isStopping ? STOPPED : TERMINATED) : exit(last);
    if (exit.isPresent()) {
      followLogs();
      logs.awaitEnd();
    }
    return exit;
  }

  /// The watch's view; where it has none, the API server's: the watch may be behind.
  private void look() {
    Optional<Job> watched = cluster.job(JobManifest.name(id)).filter(this::isOurs);
    if (watched.isPresent()) {
      last = watched.get();
    } else {
      try {
        Optional<Job> asked = jobs.find(id).filter(this::isOurs);
        asked.ifPresent(job -> last = job);
        isGone = asked.isEmpty();
      } catch (KubernetesClientException unreachable) {
        log.warn("Could not look at {}; looking again ({})", where(), unreachable.getMessage());
      }
    }
    String now = words.waitsFor(last, isStopping).orElse(null);
    if (!Objects.equals(now, waitsFor)) {
      waitsFor = now;
      waitsSince = System.nanoTime();
    }
  }

  private boolean isOurs(Job job) {
    return job.getMetadata().getUid().equals(uid);
  }

  private OptionalInt exit(Job job) {
    if (ClusterJobs.condition(job, "Complete") != null) {
      return OptionalInt.of(DONE);
    }
    JobCondition failed = ClusterJobs.condition(job, "Failed");
    if (failed != null) {
      return OptionalInt.of(exitCode(failed));
    }
    return isStopping && isAtRest(job) ? OptionalInt.of(STOPPED) : OptionalInt.empty();
  }

  /// Suspended, and the last pod has gone.
  private boolean isAtRest(Job job) {
    return ClusterJobs.isSuspended(job)
        && ClusterJobs.condition(job, "Suspended") != null
        && isZero(job.getStatus().getActive())
        && isZero(job.getStatus().getTerminating())
        && cluster.podsOf(uid).stream().allMatch(PodWords::hasEnded);
  }

  private static boolean isZero(@Nullable Integer count) {
    return count == null || count == 0;
  }

  private int exitCode(JobCondition failed) {
    Matcher told = EXIT_CODE.matcher(String.valueOf(failed.getMessage()));
    if (told.find()) {
      return Integer.parseInt(told.group(1));
    }
    return cluster.podsOf(uid).stream()
        .map(PodWords::terminated)
        .filter(Objects::nonNull)
        .map(ContainerStateTerminated::getExitCode)
        .filter(code -> code != DONE)
        .findFirst()
        .orElse(1);
  }

  @Override
  public Optional<String> waitsFor() {
    return Optional.ofNullable(waitsFor);
  }

  @Override
  public List<News> news() {
    var news = new ArrayList<News>();
    for (Pod pod : cluster.podsOf(uid).reversed()) {
      String name = pod.getMetadata().getName();
      if (PodWords.hasStarted(pod)) {
        tell(news, false, "Pod %s runs on node %s".formatted(name, pod.getSpec().getNodeName()));
      }
      PodWords.misfortune(pod)
          .filter(_ -> !isStopping)
          .ifPresent(misfortune -> tell(news, true, "Pod %s: %s".formatted(name, misfortune)));
    }
    followLogs();
    if (waitsFor != null
        && !isStopping
        && System.nanoTime() - waitsSince > WORTH_TELLING.toNanos()) {
      tell(news, false, capital(waitsFor));
    }
    for (String line : logs.poll()) {
      Optional<String> fault = GpuFault.in(line);
      news.add(new News(fault.isPresent(), fault.map(what -> line + ": " + what).orElse(line)));
      fault.ifPresent(what -> gpuFault = what);
    }
    notes.save();
    return news;
  }

  private void followLogs() {
    cluster.podsOf(uid).stream().filter(PodWords::hasStarted).forEach(logs::follow);
  }

  private static String capital(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private void tell(List<News> news, boolean isWarning, String told) {
    if (notes.tell(told)) {
      news.add(new News(isWarning, told));
    }
  }

  @Override
  public Optional<String> causeOfDeath() {
    if (isGone && !isStopping) {
      return Optional.of("its Job was deleted from the cluster");
    }
    JobCondition failed = ClusterJobs.condition(last, "Failed");
    String fault = gpuFault == null ? "" : "; " + gpuFault;
    String tail = logs.tail().isEmpty() ? "" : ": " + logs.tail();
    return Optional.ofNullable(failed).map(condition -> words.died(condition) + fault + tail);
  }

  @Override
  public void stop() {
    if (!isStopping) {
      try {
        jobs.stop(id);
        isStopping = true;
      } catch (KubernetesClientException unreachable) {
        log.warn("Could not stop {}; trying again ({})", where(), unreachable.getMessage());
      }
    }
  }

  @Override
  public boolean outlivesService() {
    return true;
  }

  /// Whoever holds the job now watches the same Job.
  @Override
  public void leave() {}

  @Override
  public void kill() {
    try {
      jobs.delete(id);
    } catch (KubernetesClientException unreachable) {
      throw new PlaceUnavailableException(
          "%s cannot be ended: %s".formatted(where(), ClusterJobs.words(unreachable)), unreachable);
    }
  }

  @Override
  public String where() {
    return "Job %s in namespace %s".formatted(JobManifest.name(id), cluster.namespace());
  }

  @Override
  public void close() {
    logs.close();
    if (ClusterJobs.condition(last, "Failed") != null) {
      notes.failureSeen();
    }
  }
}
