package dev.cft.trainer.kubernetes;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobHandler;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobRun;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.jobs.Outcome;
import dev.cft.store.testing.TestDatabase;
import dev.cft.trainer.launching.LaunchOrder;
import dev.cft.trainer.launching.Launcher;
import dev.cft.trainer.launching.LocalBench;
import dev.cft.trainer.launching.TrainingProcess;
import dev.cft.trainer.runs.RunFolder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/// How fast jobs are scheduled: submitted to the store, claimed, launched, seen to run, ended. Not
/// a test; benchmarks/scheduling/run.sh starts it: `SchedulingBench JOBS cluster NAMESPACE
/// RUNS_FOR` or `SchedulingBench JOBS local`.
public final class SchedulingBench {
  /// As the trainer service looks.
  private static final Duration POLL = Duration.ofMillis(250);

  private final Launcher launcher;
  private final Path runs;
  private final SchedulingTimes times = new SchedulingTimes();

  private SchedulingBench(Launcher launcher) throws IOException {
    this.launcher = launcher;
    this.runs = Files.createTempDirectory("scheduling");
  }

  /// Slots in all, and those of a job: 64 nodes of 8 GPUs, or this machine's cores.
  private record Size(int slots, int each) {
    static final Size CLUSTER = new Size(512, 8);
    static final Size LOCAL = new Size(Runtime.getRuntime().availableProcessors(), 1);
  }

  /// The job store's worker and nothing of the trainer but its launcher; no component, so that the
  /// trainer's tests do not find it.
  @EnableAutoConfiguration
  static class Parts {
    @Bean
    JobHandler handler(SchedulingBench bench) {
      return new JobHandler() {
        @Override
        public JobKind kind() {
          return JobKind.FINE_TUNING;
        }

        @Override
        public Outcome run(JobRun run) throws Exception {
          return bench.run(run);
        }
      };
    }
  }

  public static void main(String[] args) throws Exception {
    boolean isCluster = args[1].equals("cluster");
    Size size = isCluster ? Size.CLUSTER : Size.LOCAL;
    var bench =
        new SchedulingBench(
            isCluster ? cluster(args[2], args[3]) : LocalBench.launcher(size.slots()));
    bench.measure(Integer.parseInt(args[0]), size);
    System.exit(0);
  }

  private static Launcher cluster(String namespace, String runsFor) {
    return new KubernetesLauncher(
        TestNamespace.settings(0, Map.of("cft.lab/runs-for", runsFor)),
        new Cluster(new KubernetesClientBuilder().build(), namespace, null, false));
  }

  private void measure(int jobs, Size size) throws InterruptedException {
    TestDatabase.Database database = TestDatabase.create();
    try (ConfigurableApplicationContext context = start(database, size)) {
      Jobs store = context.getBean(Jobs.class);
      for (int i = 0; i < jobs; i++) {
        var job = NewJob.of(JobKind.FINE_TUNING, Map.of("n", i)).taking(size.each());
        times.submitted(store.submit(job).id());
      }
      while (times.ended() < jobs) {
        Thread.sleep(POLL);
      }
    }
    System.out.println(times.report(size.slots() / size.each()));
  }

  private ConfigurableApplicationContext start(TestDatabase.Database database, Size size) {
    return new SpringApplicationBuilder(Parts.class)
        .initializers(context -> context.getBeanFactory().registerSingleton("bench", this))
        .properties(
            "spring.main.web-application-type=none",
            "spring.datasource.url=" + database.getJdbcUrl(),
            "spring.datasource.username=" + database.getUsername(),
            "spring.datasource.password=" + database.getPassword(),
            "cft.artifacts.dir=" + runs,
            "cft.jobs.slots.fine_tuning=" + size.slots(),
            "logging.level.root=warn")
        .run();
  }

  private Outcome run(JobRun run) throws Exception {
    JobId id = run.job().id();
    RunFolder folder = new RunFolder(runs.resolve(id.value())).create();
    Files.writeString(folder.spec(), "{}");
    var order =
        new LaunchOrder(id, run.job().slots(), 0, LocalBench.Nothing.class.getName(), null, folder);
    try (TrainingProcess process = launcher.start(order)) {
      OptionalInt exit = OptionalInt.empty();
      while (exit.isEmpty()) {
        exit = process.await(POLL);
        process.news();
        if (process.waitsFor().isEmpty()) {
          times.runs(id);
        }
      }
      times.ended(id, exit.getAsInt());
      return new Outcome.Succeeded(StoreJson.mapper().createObjectNode());
    }
  }
}
