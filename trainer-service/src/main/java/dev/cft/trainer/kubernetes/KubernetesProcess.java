package dev.cft.trainer.kubernetes;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.launching.PlaceUnavailableException;
import dev.cft.trainer.launching.TrainingProcess;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.Pod;
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

/// A run on the cluster: a Job or TrainJob, whatever pods it has had. The pods go on when this
/// service ends.
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
  private final Notes notes;
  private final PodLogs logs;
  private final RunWords words;
  private RunObject last;
  private boolean isGone;
  private boolean isStopping;
  private boolean hasRun;
  private long checkpoint;
  private @Nullable String waitsFor;
  private long waitsSince = System.nanoTime();
  private @Nullable String gpuFault;

  KubernetesProcess(Cluster cluster, ClusterJobs jobs, JobId id, RunObject run, Notes notes) {
    this.cluster = cluster;
    this.jobs = jobs;
    this.id = id;
    this.last = run;
    this.notes = notes;
    this.logs = new PodLogs(cluster, notes);
    this.words = new RunWords(cluster);
    this.waitsFor = words.waitsFor(run, false).orElse(null);
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
    Optional<RunObject> watched = cluster.run(last.kind(), last.name()).filter(this::isOurs);
    if (watched.isPresent()) {
      last = watched.get();
    } else {
      try {
        Optional<RunObject> asked = jobs.find(last.kind(), id).filter(this::isOurs);
        asked.ifPresent(run -> last = run);
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
    if (hasRun && waitsFor != null) {
      checkpoint = notes.checkpoint();
    }
  }

  private boolean isOurs(RunObject run) {
    return run.uid().equals(last.uid());
  }

  private OptionalInt exit(RunObject run) {
    if (run.isComplete() || hasSucceeded(run)) {
      return OptionalInt.of(DONE);
    }
    if (run.failed().isPresent()) {
      return OptionalInt.of(exitCode(run.failed().get()));
    }
    return isStopping && isAtRest(run) ? OptionalInt.of(STOPPED) : OptionalInt.empty();
  }

  /// The one pod of a Job has done its work: the Job controller takes seconds more to say so.
  private boolean hasSucceeded(RunObject run) {
    return run.kind() == RunObject.Kind.JOB
        && cluster.podsOf(run).stream().anyMatch(PodWords::hasSucceeded);
  }

  /// Suspended, and the last pod has gone.
  private boolean isAtRest(RunObject run) {
    return run.isIdle() && cluster.podsOf(run).stream().allMatch(PodWords::hasEnded);
  }

  /// Of several pods, the one that says that starting again would not help is believed.
  private int exitCode(Condition failed) {
    Matcher told = EXIT_CODE.matcher(failed.message());
    if (told.find()) {
      return Integer.parseInt(told.group(1));
    }
    List<Integer> codes =
        cluster.podsOf(last).stream()
            .map(PodWords::terminated)
            .filter(Objects::nonNull)
            .map(ContainerStateTerminated::getExitCode)
            .filter(code -> code != DONE)
            .toList();
    return codes.stream()
        .filter(JobManifest.FINAL_EXITS::contains)
        .findFirst()
        .orElse(codes.isEmpty() ? 1 : codes.getFirst());
  }

  @Override
  public Optional<String> waitsFor() {
    return Optional.ofNullable(waitsFor);
  }

  @Override
  public List<News> news() {
    var news = new ArrayList<News>();
    for (Pod pod : cluster.podsOf(last).reversed()) {
      String name = pod.getMetadata().getName();
      if (PodWords.hasStarted(pod)) {
        tellOfStart(news, "Pod %s runs on node %s".formatted(name, pod.getSpec().getNodeName()));
      }
      PodWords.misfortune(pod)
          .filter(_ -> !isStopping)
          .ifPresent(misfortune -> tell(news, true, "Pod %s: %s".formatted(name, misfortune)));
    }
    cluster
        .queue()
        .filter(_ -> !isStopping)
        .flatMap(queue -> queue.stopped(last.uid()))
        .ifPresent(why -> tell(news, true, why));
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

  /// The pods after the first one go on where the last one got to.
  private void tellOfStart(List<News> news, String told) {
    if (notes.tell(told)) {
      boolean goesOn = hasRun && checkpoint > 0;
      news.add(
          new News(
              false,
              goesOn ? "%s, from the checkpoint of step %d".formatted(told, checkpoint) : told));
    }
    hasRun = true;
  }

  private void followLogs() {
    cluster.podsOf(last).stream().filter(PodWords::hasStarted).forEach(logs::follow);
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
      return Optional.of("its %s was deleted from the cluster".formatted(last.kind().words()));
    }
    String fault = gpuFault == null ? "" : "; " + gpuFault;
    String tail = logs.tail().isEmpty() ? "" : ": " + logs.tail();
    return last.failed().map(failed -> words.died(last, failed) + fault + tail);
  }

  @Override
  public void stop() {
    if (!isStopping) {
      try {
        jobs.stop(last);
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
      jobs.delete(last);
    } catch (KubernetesClientException unreachable) {
      throw new PlaceUnavailableException(
          "%s cannot be ended: %s".formatted(where(), ClusterJobs.words(unreachable)), unreachable);
    }
  }

  @Override
  public String where() {
    return "%s %s in namespace %s".formatted(last.kind().words(), last.name(), cluster.namespace());
  }

  @Override
  public void close() {
    logs.close();
    if (last.failed().isPresent()) {
      notes.failureSeen();
    }
  }
}
