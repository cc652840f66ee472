package dev.cft.critiques.testing;

import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The service's REST API as a client sees it.
public final class Api {
  public static final String KEY = "sk-cft-critique-generator-tests";
  private static final Set<String> ENDS = Set.of("succeeded", "failed", "cancelled");
  private static final String BOUNDARY = "cft-test-boundary";

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  public Api(int port) {
    this.port = port;
  }

  /// An answer.
  public record Answer(int status, String body, Map<String, java.util.List<String>> headers) {
    public JsonNode json() {
      return StoreJson.mapper().readTree(body);
    }

    /// A field of the answer as text.
    public String text(String name) {
      return json().path(name).asString("");
    }

    /// The error's message.
    public String message() {
      return json().path("error").path("message").asString("");
    }

    public String code() {
      return json().path("error").path("code").asString("");
    }

    /// The same, which must be a success.
    public Answer ok() {
      if (status != 200) {
        throw new AssertionError("status " + status + ": " + body);
      }
      return this;
    }
  }

  public Answer get(String path) {
    return send(request(path).GET());
  }

  public Answer delete(String path) {
    return send(request(path).DELETE());
  }

  public Answer post(String path, Object body) {
    return sendJson("POST", path, body);
  }

  public Answer put(String path, Object body) {
    return sendJson("PUT", path, body);
  }

  private Answer sendJson(String method, String path, Object body) {
    var text = body instanceof String given ? given : StoreJson.mapper().writeValueAsString(body);
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(text)));
  }

  /// Uploads a file.
  public Answer upload(String purpose, byte[] content) {
    var head =
        """
        --%s\r
        Content-Disposition: form-data; name="purpose"\r
        \r
        %s\r
        """
            .formatted(BOUNDARY, purpose);
    return multipart("/v1/files", head, "file", content);
  }

  /// Adds a part to an upload.
  public Answer part(String upload, byte[] content) {
    return multipart("/v1/uploads/" + upload + "/parts", "", "data", content);
  }

  private Answer multipart(String path, String before, String name, byte[] content) {
    var head =
        """
        --%s\r
        Content-Disposition: form-data; name="%s"; filename="rows.jsonl"\r
        Content-Type: application/octet-stream\r
        \r
        """
            .formatted(BOUNDARY, name);
    return send(
        request(path)
            .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
            .POST(
                BodyPublishers.concat(
                    BodyPublishers.ofString(before + head),
                    BodyPublishers.ofByteArray(content),
                    BodyPublishers.ofString("\r\n--" + BOUNDARY + "--\r\n"))));
  }

  public Answer upload(String purpose, String content) {
    return upload(purpose, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /// A dataset of those lines.
  public String dataset(String lines, Map<String, String> fields) {
    var file = upload("user_data", lines).ok().text("id");
    return post("/v1/datasets", Map.of("file", file, "name", "test", "fields", fields))
        .ok()
        .text("id");
  }

  /// Waits until the job has ended.
  public JsonNode ended(String path, Duration atMost) {
    var until = Instant.now().plus(atMost);
    while (Instant.now().isBefore(until)) {
      var job = get(path).ok().json();
      if (ENDS.contains(job.path("status").asString(""))) {
        return job;
      }
      sleep(100);
    }
    throw new AssertionError("not ended in " + atMost + ": " + get(path).body());
  }

  /// Waits until a service that was just started answers.
  public void awaitReady(Process service, int seconds) throws InterruptedException {
    for (int i = 0; i < seconds * 5; i++) {
      try {
        if (get("/actuator/health/readiness").status() == 200) {
          return;
        }
      } catch (UncheckedIOException _) {
        if (!service.isAlive()) {
          throw new AssertionError("the service ended with " + service.exitValue());
        }
      }
      Thread.sleep(200);
    }
    throw new AssertionError("not ready in " + seconds + " s");
  }

  /// Waits until a path is answered again, after the database was away.
  public void awaitAnswer(String path) {
    for (int i = 0; i < 600; i++) {
      if (get(path).status() == 200) {
        return;
      }
      sleep(100);
    }
    throw new AssertionError("no answer: " + get(path).body());
  }

  /// Waits until a condition on the job holds.
  public JsonNode until(String path, java.util.function.Predicate<JsonNode> condition) {
    for (int i = 0; i < 600; i++) {
      var job = get(path).ok().json();
      if (condition.test(job)) {
        return job;
      }
      sleep(50);
    }
    throw new AssertionError("never held: " + get(path).body());
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(60))
        .header("Authorization", "Bearer " + KEY);
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body(), answer.headers().map());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
