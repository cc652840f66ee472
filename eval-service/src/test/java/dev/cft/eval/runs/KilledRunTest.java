package dev.cft.eval.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.eval.EvalApplication;
import dev.cft.eval.testing.FakeEndpoint;
import dev.cft.eval.testing.World;
import dev.cft.store.jobs.JobState;
import dev.cft.store.jobs.JobStatus;
import dev.cft.store.testing.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// Service processes are killed in the middle of a run; the next goes on where the last stopped.
/// `-Dcft.killed-run.items=12000 -Dcft.killed-run.kills=5` is the whole of it, run by hand. Answers
/// come from a model in the process, and from an endpoint beside it.
class KilledRunTest {
  private static final int ITEMS = Integer.getInteger("cft.killed-run.items", 120);
  private static final int KILLS = Integer.getInteger("cft.killed-run.kills", 1);

  /// What a kill may cost: calls in flight, and answers that are not written yet.
  private static final int SLACK = 64;

  private final FakeEndpoint endpoint = new FakeEndpoint();

  /// How many answers the endpoint still gives, so that no process gets to the end before its kill.
  private final Semaphore answers = new Semaphore(0);

  @TempDir Path folder;

  private List<String> settings(TestDatabase.Database database) {
    return List.of(
        "--spring.datasource.url=" + database.getJdbcUrl(),
        "--spring.datasource.username=" + database.getUsername(),
        "--spring.datasource.password=" + database.getPassword(),
        "--cft.artifacts.dir=" + folder,
        "--cft.eval.runs.batch-size=8",
        "--cft.eval.runs.write-every=4",
        "--cft.jobs.lease=2s",
        "--cft.jobs.max-attempts=20",
        "--cft.jobs.retry-delay=100ms",
        "--cft.jobs.heartbeat=500ms",
        "--cft.endpoints.fake.base-url=" + endpoint.address(),
        "--cft.endpoints.fake.model=stranger",
        "--cft.endpoints.fake.concurrency=16",
        "--server.port=0");
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  @Test
  void every_item_is_written_exactly_once_however_often_the_process_is_killed() throws Exception {
    var database = TestDatabase.create();
    try (var first = start(database, "--cft.jobs.auto-start=false")) {
      var run = submit(first, "tiny", ITEMS);
      var before = List.<Long>of();
      for (var kill = 1; kill <= KILLS; kill++) {
        var process = process(database);
        try {
          awaitWritten(first, run, Math.max(before.size() + 8, kill * ITEMS / (KILLS + 2)));
        } finally {
          process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        var now = written(first, run);
        assertThat(now).as("kill %d", kill).containsAll(before).hasSizeLessThan(ITEMS);
        before = now;
      }

      try (var second = start(database)) {
        var job = second.getBean(World.class).ended(run);

        assertThat(job.status()).as(job.state().toString()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(((JobState.Succeeded) job.state()).result().path("total").asInt())
            .isEqualTo(ITEMS);
        assertThat(job.attempts()).isGreaterThanOrEqualTo(KILLS + 1);
        assertThat(written(second, run)).hasSize(ITEMS).doesNotHaveDuplicates().containsAll(before);
      }
    }
  }

  @Test
  void no_answer_of_an_endpoint_is_paid_for_twice_but_those_on_their_way_at_a_kill()
      throws Exception {
    var items = Math.max(600, ITEMS);
    var share = items / (KILLS + 1);
    endpoint.says(_ -> {
      answers.acquireUninterruptibly();
      return FakeEndpoint.Said.text("7");
    });
    var database = TestDatabase.create();
    try (var first = start(database, "--cft.jobs.auto-start=false")) {
      var run = submit(first, "endpoint:fake", items);
      for (var kill = 1; kill <= KILLS; kill++) {
        answers.release(share);
        var before = written(first, run).size();
        var process = process(database);
        try {
          awaitWritten(first, run, before + share - SLACK);
        } finally {
          process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        assertThat(written(first, run)).as("kill %d", kill).hasSizeLessThan(items);
      }
      answers.release(2 * items);

      try (var second = start(database)) {
        var job = second.getBean(World.class).ended(run);

        assertThat(job.status()).as(job.state().toString()).isEqualTo(JobStatus.SUCCEEDED);
        assertThat(written(second, run)).hasSize(items).doesNotHaveDuplicates();
        assertThat(endpoint.asked()).hasSizeBetween(items, items + KILLS * SLACK);
      }
    }
  }

  private ConfigurableApplicationContext start(TestDatabase.Database database, String... more) {
    var arguments = new ArrayList<>(settings(database));
    arguments.addAll(List.of(more));
    return new SpringApplicationBuilder(EvalApplication.class, World.class)
        .web(WebApplicationType.SERVLET)
        .properties("spring.config.name=eval-service")
        .run(arguments.toArray(String[]::new));
  }

  private Process process(TestDatabase.Database database) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            EvalApplication.class.getName()));
    command.addAll(settings(database));
    var log = new File("target/killed-run.log");
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
  }

  private static String submit(ConfigurableApplicationContext context, String model, int items) {
    var world = context.getBean(World.class);
    world.model("tiny", 256);
    var rows =
        IntStream.range(0, items)
            .mapToObj(i -> "{\"question\": \"%d?\", \"answer\": \"%d\"}\n".formatted(i, i))
            .collect(Collectors.joining());
    var api = world.api();
    var eval =
        api.post("/v1/evals", "{\"input\": \"%s\"}".formatted(world.file(rows)))
            .json()
            .path("id")
            .asString();
    return api.post(
            "/v1/evals/%s/runs".formatted(eval),
            "{\"model\": \"%s\", \"max_tokens\": %d}".formatted(model, ITEMS > 1000 ? 8 : 60))
        .json()
        .path("id")
        .asString();
  }

  private static void awaitWritten(ConfigurableApplicationContext context, String run, int atLeast)
      throws InterruptedException {
    var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120 + ITEMS / 10);
    for (var size = 0; size < atLeast; size = written(context, run).size()) {
      assertThat(System.nanoTime())
          .as("%d of %d items in time; see target/killed-run.log", size, atLeast)
          .isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private static List<Long> written(ConfigurableApplicationContext context, String run) {
    return List.copyOf(context.getBean(Runs.class).written(run));
  }
}
