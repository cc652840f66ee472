package dev.cft.service.testing;

import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/// Real HTTP to a service under test, with a key.
public final class TestHttp {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final int port;
  private final Map<String, String> headers;

  private TestHttp(int port, Map<String, String> headers) {
    this.port = port;
    this.headers = headers;
  }

  /// Requests with this key.
  public static TestHttp at(int port, String key) {
    return withoutKey(port).with("Authorization", "Bearer " + key);
  }

  public static TestHttp withoutKey(int port) {
    return new TestHttp(port, Map.of());
  }

  /// The same with one header more.
  public TestHttp with(String header, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new TestHttp(port, more);
  }

  public Answer get(String path) {
    return send("GET", path, BodyPublishers.noBody());
  }

  public Answer delete(String path) {
    return send("DELETE", path, BodyPublishers.noBody());
  }

  /// Posts without a body.
  public Answer post(String path) {
    return send("POST", path, BodyPublishers.noBody());
  }

  /// Posts a value as JSON, or a String as it stands.
  public Answer post(String path, Object body) {
    var text = body instanceof String json ? json : StoreJson.mapper().writeValueAsString(body);
    return with("Content-Type", "application/json")
        .send("POST", path, BodyPublishers.ofString(text));
  }

  /// Uploads `content` as the part `file`, with `purpose`.
  public Answer upload(String path, String filename, String purpose, String content) {
    var boundary = UUID.randomUUID().toString();
    var body =
        """
        --%1$s\r
        Content-Disposition: form-data; name="purpose"\r
        \r
        %2$s\r
        --%1$s\r
        Content-Disposition: form-data; name="file"; filename="%3$s"\r
        Content-Type: application/octet-stream\r
        \r
        %4$s\r
        --%1$s--\r
        """
            .formatted(boundary, purpose, filename, content);
    return with("Content-Type", "multipart/form-data; boundary=" + boundary)
        .send("POST", path, BodyPublishers.ofString(body));
  }

  public Answer send(String method, String path, BodyPublisher body) {
    try {
      var answer = CLIENT.send(request(method, path, body), BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.headers(), answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A request for what [#send] cannot do.
  public HttpRequest request(String method, String path, BodyPublisher body) {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .method(method, body)
            .timeout(Duration.ofMinutes(1));
    headers.forEach(request::header);
    return request.build();
  }

  public static HttpClient client() {
    return CLIENT;
  }

  /// What came back.
  public record Answer(int status, HttpHeaders headers, String text) {
    public JsonNode json() {
      return StoreJson.mapper().readTree(text);
    }

    /// A header, empty where there is none.
    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /// The OpenAI error object.
    public JsonNode error() {
      return json().path("error");
    }

    public int bytes() {
      return text.getBytes(StandardCharsets.UTF_8).length;
    }
  }
}
