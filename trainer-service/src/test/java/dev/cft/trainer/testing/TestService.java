package dev.cft.trainer.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.StoreJson;
import dev.cft.store.files.StoredFiles;
import dev.cft.store.keys.ApiKey;
import dev.cft.store.keys.ApiKeys;
import dev.cft.store.testing.TestDatabase;
import dev.cft.trainer.TrainerApplication;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.JsonNode;

/// A running trainer service. Several may share a database and folders, as replicas or as one after
/// the other's death.
public final class TestService implements AutoCloseable {
  public static final String KEY = "sk-cft-test-key-of-the-trainer-service-0001";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ConfigurableApplicationContext context;

  private TestService(ConfigurableApplicationContext context) {
    this.context = context;
    bean(ApiKeys.class).register(KEY, "test", ApiKey.Role.OPERATOR);
  }

  /// What services share.
  ///
  /// @param root holds `bases`, `artifacts` and `runs`
  public record Shared(TestDatabase.Database database, Path root) {
    public static Shared in(Path root) {
      return new Shared(TestDatabase.create(), root);
    }
  }

  /// Starts a service on any free port.
  ///
  /// @param settings `name=value`, over the tests' own
  public static TestService start(Shared shared, String... settings) {
    String[] arguments = arguments(shared, settings).toArray(String[]::new);
    return new TestService(TrainerApplication.application().run(arguments));
  }

  /// Starts a service in a process of its own, to be killed.
  public static Process startProcess(Shared shared, String... settings) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add(TrainerApplication.class.getName());
    command.addAll(arguments(shared, settings));
    var builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder.start();
  }

  private static List<String> arguments(Shared shared, String... settings) {
    var arguments = new ArrayList<String>();
    arguments.add("--server.port=0");
    arguments.add("--spring.datasource.url=" + shared.database().getJdbcUrl());
    arguments.add("--spring.datasource.username=" + shared.database().getUsername());
    arguments.add("--spring.datasource.password=" + shared.database().getPassword());
    arguments.add("--cft.artifacts.dir=" + shared.root().resolve("artifacts"));
    arguments.add("--cft.trainer.base-models=" + shared.root().resolve("bases"));
    arguments.add("--logging.level.root=warn");
    arguments.add("--cft.jobs.poll=200ms");
    arguments.add("--cft.trainer.local.threads=1");
    arguments.add("--cft.trainer.local.heap=256MB");
    arguments.add("--cft.trainer.local.retry-delay=100ms");
    arguments.add("--cft.trainer.local.java-options=-XX:TieredStopAtLevel=1");
    for (String setting : settings) {
      arguments.add("--" + setting);
    }
    return arguments;
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /// The address of `/v1`.
  public String address() {
    return "http://localhost:%s/v1"
        .formatted(context.getEnvironment().getProperty("local.server.port"));
  }

  /// Takes no more jobs, and gives back what it has.
  public void stopWorker() {
    context.getBean("jobWorker", SmartLifecycle.class).stop();
  }

  /// Takes jobs again.
  public void startWorker() {
    SmartLifecycle worker = context.getBean("jobWorker", SmartLifecycle.class);
    if (!worker.isRunning()) {
      worker.start();
    }
  }

  /// An answer.
  public record Answer(int status, JsonNode body) {
    /// What clients are told of a failure.
    public String error() {
      return body.path("error").path("message").asString("");
    }
  }

  public Answer get(String path) {
    return send("GET", path, BodyPublishers.noBody());
  }

  public Answer delete(String path) {
    return send("DELETE", path, BodyPublishers.noBody());
  }

  public Answer post(String path, String json) {
    return send("POST", path, BodyPublishers.ofString(json));
  }

  private Answer send(String method, String path, BodyPublisher body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address() + path))
            .header("Authorization", "Bearer " + KEY)
            .header("Content-Type", "application/json")
            .method(method, body)
            .build();
    try {
      HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(answer.statusCode(), StoreJson.mapper().readTree(answer.body()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  /// Stores a file and answers its id.
  public String upload(String content) {
    var bytes = new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
    return bean(StoredFiles.class).create("rows.jsonl", "fine-tune", bytes).id();
  }

  /// Submits a job and answers its id.
  public String createJob(String json) {
    Answer answer = post("/fine_tuning/jobs", json);
    if (answer.status() != 200) {
      throw new AssertionError("%d: %s".formatted(answer.status(), answer.body()));
    }
    return answer.body().path("id").asString();
  }

  public JsonNode job(String id) {
    return get("/fine_tuning/jobs/" + id).body();
  }

  /// How many checkpoints a job has, up to 100.
  public int checkpoints(String id) {
    return get("/fine_tuning/jobs/" + id + "/checkpoints?limit=100").body().path("data").size();
  }

  /// What a job has told, the newest first.
  public List<String> messages(String id) {
    return get("/fine_tuning/jobs/" + id + "/events?limit=1000")
        .body()
        .path("data")
        .valueStream()
        .map(event -> event.path("message").asString(""))
        .toList();
  }

  /// A job's metric of that name, a step after another.
  public List<Double> series(JsonNode job, String name) {
    String id = job.path("id").asString();
    return get("/fine_tuning/jobs/%s/metrics?name=%s".formatted(id, name))
        .body()
        .path("data")
        .path(0)
        .path("values")
        .valueStream()
        .map(JsonNode::asDouble)
        .toList();
  }

  /// The hash of the weights that a job made, which must have succeeded.
  public static String modelHash(JsonNode job) {
    assertThat(job.path("status").asString()).as(job.toString()).isEqualTo("succeeded");
    return job.path("result").path("model_hash").asString();
  }

  /// Waits until the job has one of the statuses, and answers it.
  public JsonNode await(String id, String... statuses) {
    return await(id, job -> List.of(statuses).contains(job.path("status").asString()));
  }

  /// Waits until the job is so, and answers it.
  public JsonNode await(String id, java.util.function.Predicate<JsonNode> isSo) {
    long until = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    JsonNode job = job(id);
    while (!isSo.test(job)) {
      if (System.nanoTime() > until) {
        throw new AssertionError("still " + job);
      }
      sleep();
      job = job(id);
    }
    return job;
  }

  private static void sleep() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  @Override
  public void close() {
    context.close();
  }
}
