package dev.cft.standalone.client;

import dev.cft.store.StoreJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Calls a running platform.
public final class PlatformClient {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /// An upload of a large file is checked row by row before it is answered.
  private static final Duration ANSWER = Duration.ofMinutes(5);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
  private final String address;
  private final String key;

  /// @param address without a path, such as `http://localhost:8080`
  public PlatformClient(String address, String key) {
    this.address = address.replaceAll("/+$", "");
    this.key = key;
  }

  /// Base address of the platform.
  public String address() {
    return address;
  }

  /// The JSON at a path.
  public JsonNode get(String path) {
    return json(send(request(path).GET()));
  }

  /// The answer at a path as it is.
  public String text(String path) {
    return send(request(path).header("Accept", "text/plain").GET());
  }

  /// Posts JSON.
  public JsonNode post(String path, Object body) {
    return post(path, body, UUID.randomUUID().toString());
  }

  /// Posts JSON; a repeated call with the same key has no further effect.
  public JsonNode post(String path, Object body, String idempotencyKey) {
    return json(
        send(
            request(path)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(BodyPublishers.ofString(StoreJson.mapper().writeValueAsString(body)))));
  }

  /// Uploads a file; the answer is the file object.
  public JsonNode upload(String filename, byte[] content, String purpose) {
    var boundary = "cft-" + UUID.randomUUID();
    var body = new ByteArrayOutputStream();
    part(body, boundary, "name=\"purpose\"", purpose.getBytes(StandardCharsets.UTF_8));
    part(body, boundary, "name=\"file\"; filename=\"" + filename + "\"", content);
    write(body, "--" + boundary + "--\r\n");
    return json(
        send(
            request("/v1/files")
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .header("Idempotency-Key", boundary)
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))));
  }

  private static void part(
      ByteArrayOutputStream body, String boundary, String disposition, byte[] content) {
    write(
        body, "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n");
    body.writeBytes(content);
    write(body, "\r\n");
  }

  private static void write(ByteArrayOutputStream body, String text) {
    body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address + path))
        .timeout(ANSWER)
        .header("Authorization", "Bearer " + key);
  }

  private String send(HttpRequest.Builder request) {
    try {
      var answer = http.send(request.build(), BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new RequestRefusedException(answer.statusCode(), message(answer.body()));
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException("no platform answers at %s (%s)".formatted(address, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted", e));
    }
  }

  private static JsonNode json(String body) {
    return StoreJson.mapper().readTree(body);
  }

  /// What an error object says; the body itself where it is none.
  private static String message(String body) {
    try {
      return json(body).path("error").path("message").asString(body);
    } catch (JacksonException e) {
      return body;
    }
  }
}
