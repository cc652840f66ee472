package dev.cft.critiques.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;

/// Teachers on the loopback, spoken to over real HTTP: each name has a script of faults; when it is
/// used up, every call is answered well.
public final class FakeTeacher {
  private final HttpServer server;
  private final Map<String, Queue<Behaviour>> scripts = new ConcurrentHashMap<>();
  private final Map<String, Behaviour> usual = new ConcurrentHashMap<>();
  private final Map<String, List<Call>> calls = new ConcurrentHashMap<>();

  /// What the teacher does with a call.
  @FunctionalInterface
  public interface Behaviour {
    void answer(HttpExchange exchange, JsonNode request) throws IOException;
  }

  /// A call as it arrived.
  public record Call(JsonNode body, String authorization, String idempotencyKey) {}

  public FakeTeacher() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /// The address of the teacher of that name.
  public URI baseUrl(String name) {
    return URI.create("http://127.0.0.1:%d/%s/v1".formatted(server.getAddress().getPort(), name));
  }

  /// What the next calls meet, in order.
  public void script(String name, Behaviour... behaviours) {
    scripts.put(name, new ConcurrentLinkedQueue<>(List.of(behaviours)));
  }

  /// What calls meet beyond the script.
  public void usually(String name, Behaviour behaviour) {
    usual.put(name, behaviour);
  }

  /// The calls so far.
  public List<Call> calls(String name) {
    return calls.computeIfAbsent(name, _ -> new CopyOnWriteArrayList<>());
  }

  private void handle(HttpExchange exchange) throws IOException {
    var name = exchange.getRequestURI().getPath().split("/", -1)[1];
    var body = StoreJson.mapper().readTree(exchange.getRequestBody().readAllBytes());
    var headers = exchange.getRequestHeaders();
    calls(name)
        .add(
            new Call(
                body,
                String.valueOf(headers.getFirst("Authorization")),
                String.valueOf(headers.getFirst("Idempotency-Key"))));
    var next = scripts.computeIfAbsent(name, _ -> new ConcurrentLinkedQueue<>()).poll();
    (next == null ? usual.getOrDefault(name, good()) : next).answer(exchange, body);
  }

  /// A critique that says "right" of solutions that contain "4", else "wrong".
  public static Behaviour good() {
    return (exchange, request) -> {
      var user = lastMessage(request);
      var verdict = user.substring(user.lastIndexOf("olution")).contains("4") ? "right" : "wrong";
      answer("I looked at it. Conclusion: " + verdict + " [END]", "stop").answer(exchange, request);
    };
  }

  private static String lastMessage(JsonNode request) {
    var messages = request.path("messages");
    return messages.path(messages.size() - 1).path("content").asString("");
  }

  /// That text, with 100 prompt and 20 completion tokens; streamed where asked for.
  public static Behaviour answer(String content, String finishReason) {
    return (exchange, request) -> {
      if (request.path("stream").asBoolean(false)) {
        stream(exchange, model(request), content, finishReason);
      } else {
        send(exchange, 200, completion(model(request), content, finishReason));
      }
    };
  }

  private static String model(JsonNode request) {
    return request.path("model").asString("");
  }

  private static String completion(String model, String content, String finishReason) {
    return """
    {"id":"c1","object":"chat.completion","created":1,"model":"%s","choices":[{"index":0,
    "finish_reason":"%s","message":{"role":"assistant","content":%s,"refusal":null},"logprobs":null}],
    "usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120}}
    """
        .formatted(model, finishReason, StoreJson.mapper().writeValueAsString(content));
  }

  private static void stream(
      HttpExchange exchange, String model, String content, String finishReason) throws IOException {
    var chunk =
        """
        data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"%s","choices":[{"index":0,"delta":%s,"finish_reason":%s}]}

        """;
    exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    try (var out = exchange.getResponseBody()) {
      for (var word : content.split("(?<= )", -1)) {
        var delta = StoreJson.mapper().writeValueAsString(Map.of("content", word));
        out.write(chunk.formatted(model, delta, "null").getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
      out.write(
          chunk
              .formatted(model, "{}", "\"" + finishReason + "\"")
              .getBytes(StandardCharsets.UTF_8));
      out.write(
          """
          data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"","choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120}}

          data: [DONE]

          """
              .getBytes(StandardCharsets.UTF_8));
    }
  }

  /// A refusal in OpenAI's form.
  public static Behaviour refusal() {
    return (exchange, request) ->
        send(
            exchange,
            200,
            completion(model(request), "", "stop")
                .replace("\"refusal\":null", "\"refusal\":\"I will not.\""));
  }

  /// An error answer.
  public static Behaviour error(int status, String code) {
    return (exchange, _) -> send(exchange, status, errorBody(code));
  }

  private static String errorBody(String code) {
    return "{\"error\":{\"message\":\"no: %s\",\"type\":\"%s\",\"param\":null,\"code\":\"%s\"}}"
        .formatted(code, code, code);
  }

  /// 429 with `Retry-After`.
  public static Behaviour busy(String retryAfter) {
    return (exchange, _) -> {
      exchange.getResponseHeaders().add("Retry-After", retryAfter);
      send(exchange, 429, errorBody("rate_limit_exceeded"));
    };
  }

  /// No answer for so long.
  public static Behaviour hang(long millis) {
    return (exchange, request) -> {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      good().answer(exchange, request);
    };
  }

  /// Half an answer, then the connection is cut.
  public static Behaviour cut() {
    return (exchange, _) -> {
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, 1000);
      exchange.getResponseBody().write("{\"id\":\"c1\",\"choi".getBytes(StandardCharsets.UTF_8));
      exchange.close();
    };
  }

  /// That body, whatever it is.
  public static Behaviour body(String text) {
    return (exchange, _) -> send(exchange, 200, text);
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }
}
