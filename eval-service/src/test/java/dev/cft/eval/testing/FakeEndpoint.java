package dev.cft.eval.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// A stranger's OpenAI-compatible server on a port of its own: says what a test tells it to.
public final class FakeEndpoint implements AutoCloseable {
  private final HttpServer server;
  private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
  private volatile Function<JsonNode, Said> says = _ -> Said.text("18");

  /// What it says.
  ///
  /// @param retryAfter header; blank for none
  public record Said(int status, String body, String retryAfter) {
    /// A whole answer.
    public static Said text(String text) {
      return text(text, "stop");
    }

    /// An answer with its finish reason.
    public static Said text(String text, String finish) {
      var json = StoreJson.mapper().createObjectNode().put("object", "chat.completion");
      var choice = json.putArray("choices").addObject().put("index", 0).put("text", text);
      choice.put("finish_reason", finish);
      choice.putObject("message").put("role", "assistant").put("content", text);
      json.putObject("usage").put("prompt_tokens", 10).put("completion_tokens", 5);
      return new Said(200, json.toString(), "");
    }

    /// An error in OpenAI's shape.
    public static Said error(int status, String code) {
      return new Said(
          status,
          "{\"error\": {\"message\": \"told so\", \"type\": \"x\", \"code\": \"%s\"}}"
              .formatted(code),
          "");
    }
  }

  public FakeEndpoint() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  /// Base address, up to `/v1`.
  public String address() {
    return "http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort());
  }

  /// From now on it answers so.
  public void says(Function<JsonNode, Said> answer) {
    asked.clear();
    says = answer;
  }

  /// The bodies of all requests since it was told what to say, oldest first.
  public List<JsonNode> asked() {
    return List.copyOf(asked);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var body = StoreJson.mapper().readTree(exchange.getRequestBody().readAllBytes());
      asked.add(body);
      var said = says.apply(body);
      if (!said.retryAfter().isEmpty()) {
        exchange.getResponseHeaders().set("Retry-After", said.retryAfter());
      }
      var bytes = said.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(said.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
