package dev.cft.trainer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.jobs.JobId;
import dev.cft.trainer.KubernetesSettings;
import dev.cft.trainer.launching.LaunchOrder;
import dev.cft.trainer.launching.TrainingProcess;
import dev.cft.trainer.runs.RunFolder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/// A run and what was told of it.
final class ClusterRun {
  private static final AtomicInteger NEXT = new AtomicInteger();

  final JobId id;
  final RunFolder folder;
  final List<String> news = new ArrayList<>();
  final KubernetesLauncher launcher;
  private final TestNamespace namespace;
  private final KubernetesSettings settings;

  /// Once it is started.
  @SuppressWarnings("NullAway.Init")
  TrainingProcess process;

  int gpus = 8;
  int priority;

  ClusterRun(TestNamespace namespace, Cluster cluster, Path runs, KubernetesSettings settings) {
    this(namespace, cluster, runs, settings, new JobId("ftjob-test" + NEXT.incrementAndGet()));
  }

  ClusterRun(
      TestNamespace namespace, Cluster cluster, Path runs, KubernetesSettings settings, JobId id) {
    this.id = id;
    this.namespace = namespace;
    this.settings = settings;
    this.folder = new RunFolder(runs.resolve(id.value())).create();
    this.launcher = new KubernetesLauncher(settings, cluster);
  }

  ClusterRun start() throws InterruptedException {
    process =
        launcher.start(new LaunchOrder(id, gpus, priority, "dev.cft.lm.cli.Train", null, folder));
    return this;
  }

  /// Follows it to its end.
  int end() throws InterruptedException {
    OptionalInt exit = OptionalInt.empty();
    long until = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (exit.isEmpty()) {
      exit = poll();
      assertThat(System.nanoTime()).as("still after: %s", news).isLessThan(until);
    }
    return exit.getAsInt();
  }

  /// Follows it until something is told.
  ClusterRun until(String words) throws InterruptedException {
    long until = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    OptionalInt exit = OptionalInt.empty();
    while (news.stream().noneMatch(each -> each.contains(words))) {
      assertThat(exit).as("ended after: %s", news).isEmpty();
      assertThat(System.nanoTime()).as("still after: %s", news).isLessThan(until);
      exit = poll();
    }
    return this;
  }

  private OptionalInt poll() throws InterruptedException {
    OptionalInt exit = process.await(Duration.ofMillis(50));
    process.news().forEach(each -> news.add(each.words()));
    return exit;
  }

  Job job() {
    return namespace
        .admin
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace.name)
        .withName(id.value())
        .get();
  }

  /// The Job or TrainJob, which must be there.
  RunObject object() {
    return new ClusterJobs(namespace.admin, namespace.name, settings).find(id).orElseThrow();
  }

  List<Pod> pods() {
    return namespace.pods().stream()
        .filter(pod -> id.value().equals(pod.getMetadata().getLabels().get(JobManifest.JOB_ID)))
        .toList();
  }
}
