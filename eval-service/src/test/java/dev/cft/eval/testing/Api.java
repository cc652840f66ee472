package dev.cft.eval.testing;

import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A plain HTTP client of the service.
public record Api(String address, String key) {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  /// An answer.
  public record Answer(int status, String text, HttpResponse<?> response) {
    public JsonNode json() {
      return StoreJson.mapper().readTree(text);
    }

    /// The error's message, after its code.
    public String error() {
      var error = json().path("error");
      return error.path("code").asString("") + " | " + error.path("message").asString("");
    }
  }

  public Answer get(String path) {
    return send("GET", path, null);
  }

  public Answer post(String path, String body) {
    return send("POST", path, body);
  }

  public Answer delete(String path) {
    return send("DELETE", path, null);
  }

  public Answer send(String method, String path, @Nullable String body, String... headers) {
    try {
      var response = CLIENT.send(request(method, path, body, headers), BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A POST whose answer is read as it comes.
  public HttpResponse<InputStream> open(String path, String body)
      throws IOException, InterruptedException {
    return CLIENT.send(request("POST", path, body), BodyHandlers.ofInputStream());
  }

  private HttpRequest request(
      String method, String path, @Nullable String body, String... headers) {
    var publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    var request =
        HttpRequest.newBuilder(URI.create(address + path))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .method(method, publisher);
    return (headers.length == 0 ? request : request.headers(headers)).build();
  }
}
