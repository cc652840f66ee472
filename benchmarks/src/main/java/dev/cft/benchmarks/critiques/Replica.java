package dev.cft.benchmarks.critiques;

import dev.cft.store.StoreJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A critique generator in a process of its own, spoken to over REST.
final class Replica implements AutoCloseable {
  private static final String KEY = "sk-cft-critique-load-benchmark";

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;
  private final Process process;

  private Replica(int port, Process process) {
    this.port = port;
    this.process = process;
  }

  /// Starts one and waits until it answers.
  ///
  /// @param classPath the service's jar and its libraries
  /// @param teacher settings of the teacher `load`, without their prefix
  static Replica start(
      int port, String classPath, String databaseUrl, Path folder, List<String> teacher)
      throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-cp",
                classPath,
                "dev.cft.critiques.CritiqueGeneratorApplication",
                "--server.port=" + port,
                "--spring.datasource.url=" + databaseUrl,
                "--spring.datasource.username=postgres",
                "--spring.datasource.password=",
                "--cft.operator-key=" + KEY,
                "--cft.artifacts.dir=" + folder.resolve("artifacts")));
    teacher.forEach(each -> command.add("--cft.teachers.load." + each));
    var log = folder.resolve("replica-" + port + ".log").toFile();
    var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    var replica = new Replica(port, process);
    replica.awaitReady();
    return replica;
  }

  private void awaitReady() throws InterruptedException {
    for (int i = 0; i < 1200; i++) {
      if (!process.isAlive()) {
        throw new IllegalStateException("the replica ended; see its log");
      }
      try {
        if (send(request("/actuator/health/readiness").GET()).statusCode() == 200) {
          return;
        }
      } catch (IOException _) {
        // not listening yet
      }
      Thread.sleep(100);
    }
    throw new IllegalStateException("the replica is not ready");
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return json(send(request(path).GET()));
  }

  JsonNode post(String path, String body) throws IOException, InterruptedException {
    return json(
        send(
            request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))));
  }

  /// A dataset of those rows, once it is ready.
  String dataset(String lines) throws IOException, InterruptedException {
    var boundary = "load-benchmark";
    var body =
        "--%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nuser_data\r\n--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"rows.jsonl\"\r\nContent-Type: application/octet-stream\r\n\r\n%s\r\n--%s--\r\n"
            .formatted(boundary, boundary, lines, boundary);
    var file =
        json(
            send(
                request("/v1/files")
                    .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                    .POST(BodyPublishers.ofString(body))));
    var made =
        post(
            "/v1/datasets",
            "{\"file\":\"%s\",\"name\":\"load\"}".formatted(file.path("id").asString()));
    var id = made.path("id").asString();
    var status = made.path("status").asString();
    while (status.equals("writing")) {
      Thread.sleep(200);
      status = get("/v1/datasets/" + id).path("status").asString();
    }
    if (!status.equals("ready")) {
      throw new IllegalStateException("dataset " + id + " is " + status);
    }
    return id;
  }

  /// CPU time of the process so far.
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /// The value of a meter.
  double gauge(String name, String tag) throws IOException, InterruptedException {
    var meter = get("/actuator/metrics/" + name + (tag.isEmpty() ? "" : "?tag=" + tag));
    return meter.path("measurements").path(0).path("value").asDouble(0);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofMinutes(10))
        .header("Authorization", "Bearer " + KEY);
  }

  private java.net.http.HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode json(java.net.http.HttpResponse<String> answer) {
    if (answer.statusCode() != 200 && answer.statusCode() != 202) {
      throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
    }
    return StoreJson.mapper().readTree(answer.body());
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
