package dev.cft.critiques.imports;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/// A hub with datasets, over real HTTP: it lists a commit's files, redirects to another server for
/// their contents, wants a token for what is gated, and can break a download off.
final class DatasetHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  static final String TOKEN = "hf_secret";

  private final HttpServer hub;
  private final HttpServer storage;
  private final Map<String, byte[]> files = new TreeMap<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<String> tokensAtStorage = new CopyOnWriteArrayList<>();
  volatile boolean breaksNext;

  DatasetHub() throws IOException {
    hub = server();
    storage = server();
    hub.createContext("/", this::answer);
    storage.createContext("/", this::store);
    hub.start();
    storage.start();
  }

  private static HttpServer server() throws IOException {
    return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  String address() {
    return "http://localhost:" + hub.getAddress().getPort();
  }

  /// @param path `owner/name/path of the file`
  void put(String path, byte[] content) {
    files.put(path, content);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath();
    requests.add(exchange.getRequestMethod() + " " + path);
    var isGated = path.contains("gated/");
    var token = exchange.getRequestHeaders().getFirst("Authorization");
    if (isGated && !("Bearer " + TOKEN).equals(token)) {
      exchange.getResponseHeaders().set("X-Error-Code", "GatedRepo");
      end(exchange, 401);
    } else if (path.startsWith("/api/datasets/")) {
      list(exchange, path.substring("/api/datasets/".length()));
    } else if (path.startsWith("/datasets/")) {
      resolve(exchange, path.substring("/datasets/".length()).replace("/resolve/" + COMMIT, ""));
    } else {
      end(exchange, 404);
    }
  }

  private void list(HttpExchange exchange, String path) throws IOException {
    var id = path.replaceFirst("/revision/.*", "");
    var revision = path.substring(path.lastIndexOf('/') + 1);
    var named =
        files.keySet().stream()
            .filter(file -> file.startsWith(id + "/"))
            .map(file -> "{\"rfilename\":\"%s\"}".formatted(file.substring(id.length() + 1)))
            .collect(Collectors.joining(","));
    if (named.isEmpty() || revision.equals("none")) {
      exchange.getResponseHeaders().set("X-Error-Code", "RevisionNotFound");
      end(exchange, 404);
      return;
    }
    var body =
        "{\"sha\":\"%s\",\"siblings\":[%s]}"
            .formatted(COMMIT, named)
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  private void resolve(HttpExchange exchange, String file) throws IOException {
    var content = files.get(file);
    if (content == null) {
      end(exchange, 404);
      return;
    }
    var headers = exchange.getResponseHeaders();
    headers.set("X-Linked-Etag", "\"" + sha256(content) + "\"");
    headers.set("X-Linked-Size", String.valueOf(content.length));
    headers.set(
        "Location", "http://127.0.0.1:%d/%s".formatted(storage.getAddress().getPort(), file));
    end(exchange, 302);
  }

  private void store(HttpExchange exchange) throws IOException {
    var token = exchange.getRequestHeaders().getFirst("Authorization");
    if (token != null) {
      tokensAtStorage.add(token);
    }
    var range = exchange.getRequestHeaders().getFirst("Range");
    requests.add("GET storage" + (range == null ? "" : " " + range));
    var content = files.getOrDefault(exchange.getRequestURI().getPath().substring(1), new byte[0]);
    var from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    if (range != null) {
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, content.length - from);
    var to = breaksNext ? from + (content.length - from) / 2 : content.length;
    breaksNext = false;
    try (exchange) {
      exchange.getResponseBody().write(content, from, to - from);
      exchange.getResponseBody().flush();
    }
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void end(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  @Override
  public void close() {
    hub.stop(0);
    storage.stop(0);
  }
}
