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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A provider's Batch API on the loopback: files, batches, results. What becomes of a batch is the
/// test's choice.
public final class FakeBatches {
  private final HttpServer server;
  private final AtomicInteger next = new AtomicInteger();
  private final Map<String, String> files = new ConcurrentHashMap<>();
  private final Map<String, ObjectNode> batches = new ConcurrentHashMap<>();
  private volatile BiFunction<Integer, List<JsonNode>, Fate> fate = (_, _) -> Fate.completed();

  /// What becomes of a batch.
  ///
  /// @param status that it has at its second look
  /// @param answered how many of its requests are answered, from the first
  /// @param statusOfLast the HTTP status that the last answered one gets
  /// @param errorCode of the batch; empty for none
  public record Fate(String status, int answered, int statusOfLast, String errorCode) {
    /// All of it is answered.
    public static Fate completed() {
      return new Fate("completed", Integer.MAX_VALUE, 200, "");
    }
  }

  public FakeBatches() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public URI baseUrl() {
    return URI.create("http://127.0.0.1:%d/v1".formatted(server.getAddress().getPort()));
  }

  /// Decides what becomes of the batches from now on, by their number and requests.
  public void decide(BiFunction<Integer, List<JsonNode>, Fate> decision) {
    fate = decision;
  }

  /// Batches so far.
  public int count() {
    return batches.size();
  }

  /// Requests of all batches so far.
  public int requests() {
    return batches.values().stream()
        .mapToInt(batch -> lines(batch.path("input_file_id").asString()).size())
        .sum();
  }

  /// The status of each batch.
  public List<String> statuses() {
    return batches.values().stream().map(batch -> batch.path("status").asString()).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    var isPost = exchange.getRequestMethod().equals("POST");
    var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (path.equals("/v1/files")) {
      send(exchange, upload(body).toString());
    } else if (path.endsWith("/content")) {
      send(exchange, files.getOrDefault(path.split("/", -1)[3], ""));
    } else if (path.equals("/v1/batches") && isPost) {
      send(exchange, create(body).toString());
    } else if (path.equals("/v1/batches")) {
      var list = StoreJson.mapper().createObjectNode().put("object", "list").put("has_more", false);
      batches.values().forEach(list.putArray("data")::add);
      send(exchange, list.toString());
    } else if (path.endsWith("/cancel")) {
      var batch = batch(path.split("/", -1)[3]);
      send(exchange, batch.put("status", "cancelled").toString());
    } else {
      send(exchange, look(path.split("/", -1)[3]).toString());
    }
  }

  /// The lines that are JSON objects are the file; the rest is multipart dressing.
  private ObjectNode upload(String body) {
    var id = "file-" + next.incrementAndGet();
    files.put(id, String.join("\n", body.lines().filter(line -> line.startsWith("{")).toList()));
    return StoreJson.mapper()
        .createObjectNode()
        .put("id", id)
        .put("object", "file")
        .put("bytes", 1)
        .put("created_at", 1)
        .put("filename", "x.jsonl")
        .put("purpose", "batch")
        .put("status", "processed");
  }

  private ObjectNode create(String body) {
    var asked = StoreJson.mapper().readTree(body);
    var id = "batch_" + next.incrementAndGet();
    var batch = StoreJson.mapper().createObjectNode();
    batch.put("id", id).put("object", "batch").put("endpoint", "/v1/chat/completions");
    batch.put("input_file_id", asked.path("input_file_id").asString());
    batch.put("completion_window", "24h").put("status", "validating").put("created_at", 1);
    batch.set("metadata", asked.path("metadata"));
    batches.put(id, batch);
    return batch;
  }

  private ObjectNode batch(String id) {
    return Objects.requireNonNull(batches.get(id), id);
  }

  private ObjectNode look(String id) {
    var batch = batch(id);
    if (batch.path("status").asString().equals("validating")) {
      return batch.put("status", "in_progress");
    }
    if (batch.path("status").asString().equals("in_progress")) {
      finish(batch);
    }
    return batch;
  }

  private void finish(ObjectNode batch) {
    var requests = lines(batch.path("input_file_id").asString());
    var decided = fate.apply(batches.size(), requests);
    batch.put("status", decided.status());
    if (!decided.errorCode().isEmpty()) {
      batch
          .putObject("errors")
          .put("object", "list")
          .putArray("data")
          .addObject()
          .put("code", decided.errorCode())
          .put("message", "no: " + decided.errorCode());
    }
    var answered = Math.min(decided.answered(), requests.size());
    var results = new ArrayList<String>();
    // a provider answers in any order
    for (int i = answered - 1; i >= 0; i--) {
      results.add(result(requests.get(i), i == answered - 1 ? decided.statusOfLast() : 200));
    }
    var file = "file-" + next.incrementAndGet();
    files.put(file, String.join("\n", results));
    if (answered > 0) {
      batch.put("output_file_id", file);
    }
  }

  private static String result(JsonNode request, int status) {
    var line = StoreJson.mapper().createObjectNode();
    line.put("id", "r").put("custom_id", request.path("custom_id").asString());
    var response = line.putObject("response").put("status_code", status).put("request_id", "q");
    response.set("body", StoreJson.mapper().readTree(status == 200 ? GOOD : BAD));
    return line.toString();
  }

  private static final String GOOD =
      """
      {"id":"c1","object":"chat.completion","created":1,"model":"teacher-batch","choices":[{"index":0,
      "finish_reason":"stop","message":{"role":"assistant","content":"Conclusion: right [END]","refusal":null},
      "logprobs":null}],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120}}
      """;

  private static final String BAD =
      "{\"error\":{\"message\":\"no\",\"type\":\"x\",\"param\":null,\"code\":\"bad\"}}";

  private List<JsonNode> lines(String file) {
    return files.getOrDefault(file, "").lines().map(StoreJson.mapper()::readTree).toList();
  }

  private static void send(HttpExchange exchange, String body) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }
}
