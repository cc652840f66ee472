package dev.cft.benchmarks.critiques;

import dev.cft.store.StoreJson;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Critique jobs against a loopback teacher, everything in processes of its own on this machine.
///
/// - `limits MINUTES [FAULTS]`: two replicas, one job each, 10,000 requests and 2,000,000 tokens a
///   minute allowed; tells what part of the binding limit they use and how many calls are refused;
/// - `unlimited ROWS CONCURRENCY [N]`: one replica, no limits, N critiques of each row: critiques a
///   second;
/// - `sync CALLS LATENCY_MS`: one client, one call after another: the time over the teacher's own;
/// - `teacher`: only the teacher, with the limits of `limits`, for others to be measured on it.
///
/// The system property `critiques.classpath` is the service's jar and its libraries.
final class LoadBenchmark {
  private static final int TEACHER_PORT = 18099;
  private static final long REQUESTS = 10_000;
  private static final long TOKENS = 2_000_000;
  private static final int LATENCY_MILLIS = 1_500;

  /// Until the replicas' code is compiled, and then the minute that the teacher looks back.
  private static final Duration WARM_UP = Duration.ofSeconds(90);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path folder;

  private LoadBenchmark(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    var bench = new LoadBenchmark(Files.createTempDirectory("critique-load"));
    System.out.println("logs: " + bench.folder);
    switch (args[0]) {
      case "limits" ->
          bench.limits(
              Double.parseDouble(args[1]), args.length > 2 ? Integer.parseInt(args[2]) : 0);
      case "unlimited" ->
          bench.unlimited(
              Integer.parseInt(args[1]),
              Integer.parseInt(args[2]),
              args.length > 3 ? Integer.parseInt(args[3]) : 1);
      case "sync" -> bench.sync(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
      case "teacher" -> bench.teacher(REQUESTS, TOKENS, LATENCY_MILLIS, 0).waitFor();
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  private static String classPath() {
    return Objects.requireNonNull(System.getProperty("critiques.classpath"), "critiques.classpath");
  }

  private static EmbeddedPostgres postgres() throws IOException {
    return EmbeddedPostgres.builder()
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .start();
  }

  private Process teacher(long requests, long tokens, int latencyMillis, int faultPercent)
      throws IOException {
    var process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LoopbackTeacher.class.getName(),
                Integer.toString(TEACHER_PORT),
                Long.toString(requests),
                Long.toString(tokens),
                Integer.toString(latencyMillis),
                "100",
                Integer.toString(faultPercent))
            .redirectError(folder.resolve("teacher.log").toFile())
            .start();
    var ready =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    if (!"ready".equals(ready.readLine())) {
      throw new IllegalStateException("the teacher does not start");
    }
    return process;
  }

  private JsonNode stats() throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/stats".formatted(TEACHER_PORT)));
    return StoreJson.mapper()
        .readTree(client.send(request.build(), BodyHandlers.ofString()).body());
  }

  private static List<String> settings(String... more) {
    var settings =
        new ArrayList<>(
            List.of(
                "type=openai",
                "base-url=http://127.0.0.1:%d/v1".formatted(TEACHER_PORT),
                "model=loopback",
                "max-tokens=1000"));
    settings.addAll(Arrays.asList(more));
    return settings;
  }

  /// Rows of about 800 characters; no two alike.
  private static String rows(int count, long seed) {
    var random = new SplittableRandom(seed);
    var lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines
          .append("{\"question\":\"")
          .append(words(random, 50 + random.nextInt(20)))
          .append("?\",\"response\":\"")
          .append(words(random, 60 + random.nextInt(40)))
          .append(" So it is ")
          .append(seed * 1_000_000 + i)
          .append(".\"}\n");
    }
    return lines.toString();
  }

  private static String words(SplittableRandom random, int count) {
    var words = new StringBuilder();
    for (int i = 0; i < count; i++) {
      words.append(i == 0 ? "" : " ").append(Long.toString(random.nextInt(1 << 24), 36));
    }
    return words.toString();
  }

  private void limits(double minutes, int faultPercent) throws IOException, InterruptedException {
    var teacher = teacher(REQUESTS, TOKENS, LATENCY_MILLIS, faultPercent);
    var settings =
        settings(
            "requests-per-minute=" + REQUESTS, "tokens-per-minute=" + TOKENS, "concurrency=600");
    try (var postgres = postgres()) {
      var url = postgres.getJdbcUrl("postgres", "postgres");
      try (var one = Replica.start(18081, classPath(), url, folder, settings);
          var two = Replica.start(18082, classPath(), url, folder, settings)) {
        // more than can be done in that time
        var each = (int) ((minutes + WARM_UP.toSeconds() / 60.0) * REQUESTS * 0.55);
        var first = one.dataset(rows(each, 1));
        var second = one.dataset(rows(each, 2));
        var start = System.currentTimeMillis() / 1000;
        submit(one, first);
        submit(one, second);
        Thread.sleep(WARM_UP);
        var before = stats();
        var cpu = new long[] {one.cpu().toMillis(), two.cpu().toMillis()};
        var from = System.nanoTime();
        Thread.sleep((long) (minutes * 60_000));
        var after = stats();
        var took = (System.nanoTime() - from) / 60e9;
        report(before, after, took);
        System.out.println("refused by second since the start: " + refusals(after, start));
        System.out.printf(
            "CPU of the replicas: %.1f %% and %.1f %% of a core%n",
            (one.cpu().toMillis() - cpu[0]) / took / 600,
            (two.cpu().toMillis() - cpu[1]) / took / 600);
      }
    } finally {
      teacher.destroy();
    }
  }

  private static void report(JsonNode before, JsonNode after, double minutes) {
    var calls = after.path("calls").asLong() - before.path("calls").asLong();
    var tokens = after.path("tokens").asLong() - before.path("tokens").asLong();
    var refused = after.path("refused").asLong() - before.path("refused").asLong();
    System.out.printf(
        "%.2f minutes: %d calls a minute (%.1f %% of the limit), %d tokens a minute (%.1f %%)%n",
        minutes,
        Math.round(calls / minutes),
        calls / minutes / REQUESTS * 100,
        Math.round(tokens / minutes),
        tokens / minutes / TOKENS * 100);
    System.out.printf(
        "refused with 429: %d while measured, %d before; faults %d; at most %d calls in flight%n",
        refused,
        before.path("refused").asLong(),
        after.path("faults").asLong(),
        after.path("most_in_flight").asLong());
  }

  private static Map<Long, Long> refusals(JsonNode stats, long start) {
    var refusals = new TreeMap<Long, Long>();
    stats
        .path("refused_by_second")
        .properties()
        .forEach(
            each -> refusals.put(Long.parseLong(each.getKey()) - start, each.getValue().asLong()));
    return refusals;
  }

  private static String submit(Replica replica, String dataset)
      throws IOException, InterruptedException {
    return replica
        .post("/v1/critiques/jobs", "{\"input\":\"%s\",\"teacher\":\"load\"}".formatted(dataset))
        .path("id")
        .asString();
  }

  private void unlimited(int rows, int concurrency, int n)
      throws IOException, InterruptedException {
    var teacher = teacher(0, 0, 20, 0);
    try (var postgres = postgres();
        var replica =
            Replica.start(
                18081,
                classPath(),
                postgres.getJdbcUrl("postgres", "postgres"),
                folder,
                settings("concurrency=" + concurrency))) {
      System.out.printf("warm-up: %.0f critiques/s%n", rate(replica, Math.min(20_000, rows), 3, 1));
      var cpu = replica.cpu().toMillis();
      System.out.printf("%d critiques: %.0f/s%n", rows * n, rate(replica, rows, 4, n));
      System.out.printf(
          "CPU of the replica: %.2f ms a critique; heap in use after a collection at most %.0f MB, of 512 MB%n",
          (replica.cpu().toMillis() - cpu) / (double) rows / n, mostHeap / 1e6);
    } finally {
      teacher.destroy();
    }
  }

  /// The most heap that was in use after a collection, in bytes.
  private double mostHeap;

  /// Critiques a second from the job's own start to its end.
  private double rate(Replica replica, int rows, long seed, int n)
      throws IOException, InterruptedException {
    var dataset = replica.dataset(rows(rows, seed));
    var from = System.nanoTime();
    var job =
        replica
            .post(
                "/v1/critiques/jobs",
                "{\"input\":\"%s\",\"teacher\":\"load\",\"n\":%d}".formatted(dataset, n))
            .path("id")
            .asString();
    var state = replica.get("/v1/critiques/jobs/" + job);
    while (!state.path("finished_at").isNumber()) {
      Thread.sleep(500);
      mostHeap = Math.max(mostHeap, replica.gauge("jvm.gc.live.data.size", ""));
      state = replica.get("/v1/critiques/jobs/" + job);
    }
    var seconds = (System.nanoTime() - from) / 1e9;
    if (state.path("result").path("ok").asInt() != rows * n) {
      throw new IllegalStateException("not every row is ok: " + state);
    }
    return rows * n / seconds;
  }

  private void sync(int calls, int latencyMillis) throws IOException, InterruptedException {
    var teacher = teacher(0, 0, latencyMillis, 0);
    try (var postgres = postgres();
        var replica =
            Replica.start(
                18081,
                classPath(),
                postgres.getJdbcUrl("postgres", "postgres"),
                folder,
                settings("concurrency=16"))) {
      var direct = URI.create("http://127.0.0.1:%d/v1/chat/completions".formatted(TEACHER_PORT));
      var own = new double[calls];
      var through = new double[calls];
      var stored = new double[calls];
      for (int i = -calls; i < calls; i++) {
        var body =
            "{\"teacher\":\"load\",\"question\":\"What is %d?\",\"response\":\"%d it is\",\"reuse\":%s}";
        var asked = body.formatted(i, i, "false");
        var from = System.nanoTime();
        replica.post("/v1/critiques", asked);
        var between = System.nanoTime();
        client.send(
            HttpRequest.newBuilder(direct)
                .POST(HttpRequest.BodyPublishers.ofString(asked.replace("load", "loopback")))
                .build(),
            BodyHandlers.ofString());
        var to = System.nanoTime();
        replica.post("/v1/critiques", body.formatted(i, i, "true"));
        if (i >= 0) {
          through[i] = (between - from) / 1e6;
          own[i] = (to - between) / 1e6;
          stored[i] = (System.nanoTime() - to) / 1e6;
        }
      }
      print("the teacher itself", own);
      print("through POST /v1/critiques, reuse false", through);
      print("through POST /v1/critiques, looking for a stored one", stored);
    } finally {
      teacher.destroy();
    }
  }

  private static void print(String what, double[] millis) {
    Arrays.sort(millis);
    System.out.printf(
        "%s: p50 %.2f ms, p90 %.2f ms, p99 %.2f ms%n",
        what,
        millis[millis.length / 2],
        millis[millis.length * 9 / 10],
        millis[millis.length * 99 / 100]);
  }
}
