package dev.cft.lm.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cft.lm.download.RangeAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A hub with one model, `tiny/model`: small files answered by itself, weights by another server
/// after a redirect, as Hugging Face's does. benchmarks/parity/check_hub.py shows that
/// huggingface_hub takes such answers.
final class LoopbackHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private final HttpServer hub = server();
  private final HttpServer storage = server();
  private final Map<String, byte[]> files = new TreeMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> breakOnce = new ConcurrentHashMap<>();
  private final List<String> tokensAtStorage = new CopyOnWriteArrayList<>();
  private volatile @Nullable String wantedToken;
  private volatile boolean corrupt;

  LoopbackHub(Path checkpoint) throws IOException {
    try (var paths = Files.list(checkpoint)) {
      for (var path : paths.toList()) {
        files.put(path.getFileName().toString(), Files.readAllBytes(path));
      }
    }
    files.put("pytorch_model.bin", new byte[] {1});
    hub.createContext("/", this::answer);
    storage.createContext("/", this::store);
    hub.start();
    storage.start();
  }

  private static HttpServer server() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI address() {
    return URI.create("http://localhost:" + hub.getAddress().getPort());
  }

  /// Everything asked for so far, as `METHOD path` or `METHOD path bytes=N-`.
  List<String> requests() {
    return requests;
  }

  List<String> tokensAtStorage() {
    return tokensAtStorage;
  }

  /// The next answer with this file ends after so many bytes.
  void breaksOnce(String file, int bytes) {
    breakOnce.put(file, bytes);
  }

  void wantsToken(String token) {
    wantedToken = token;
  }

  void corrupts() {
    corrupt = true;
  }

  byte[] content(String file) {
    return files.getOrDefault(file, new byte[0]);
  }

  String etag(String file) {
    return file.endsWith(".safetensors")
        ? hash("SHA-256", content(file))
        : hash(
            "SHA-1",
            ("blob " + content(file).length + "\0").getBytes(StandardCharsets.US_ASCII),
            content(file));
  }

  private static String hash(String algorithm, byte[]... parts) {
    try {
      var digest = MessageDigest.getInstance(algorithm);
      for (var part : parts) {
        digest.update(part);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private void note(HttpExchange exchange) {
    var range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + (range == null ? "" : " " + range));
  }

  private void answer(HttpExchange exchange) throws IOException {
    note(exchange);
    var path = exchange.getRequestURI().getPath();
    var file = path.substring(path.lastIndexOf('/') + 1);
    if (wantedToken != null
        && !("Bearer " + wantedToken)
            .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      refuse(exchange, 401, "GatedRepo");
    } else if (path.equals("/api/models/tiny/model/revision/main")
        || path.equals("/api/models/tiny/model/revision/" + COMMIT)) {
      var listed =
          files.keySet().stream()
              .map("{\"rfilename\":\"%s\"}"::formatted)
              .collect(Collectors.joining(","));
      send(
          exchange,
          "{\"sha\":\"%s\",\"siblings\":[%s]}"
              .formatted(COMMIT, listed)
              .getBytes(StandardCharsets.UTF_8),
          file);
    } else if (path.startsWith("/api/models/tiny/model/")) {
      refuse(exchange, 404, "RevisionNotFound");
    } else if (!path.startsWith("/tiny/model/resolve/" + COMMIT) || !files.containsKey(file)) {
      refuse(exchange, 404, "RepoNotFound");
    } else {
      resolve(exchange, file);
    }
  }

  private void resolve(HttpExchange exchange, String file) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("X-Repo-Commit", COMMIT);
    if (file.endsWith(".safetensors")) {
      headers.set("X-Linked-Etag", "\"" + etag(file) + "\"");
      headers.set("X-Linked-Size", String.valueOf(content(file).length));
      headers.set(
          "Location", "http://127.0.0.1:%d/%s".formatted(storage.getAddress().getPort(), file));
      exchange.sendResponseHeaders(302, -1);
      exchange.close();
    } else {
      headers.set("ETag", "W/\"" + etag(file) + "\"");
      send(exchange, content(file), file);
    }
  }

  private void store(HttpExchange exchange) throws IOException {
    note(exchange);
    var token = exchange.getRequestHeaders().getFirst("Authorization");
    if (token != null) {
      tokensAtStorage.add(token);
    }
    var file = exchange.getRequestURI().getPath().substring(1);
    byte[] content = content(file).clone();
    if (corrupt) {
      content[content.length / 2] ^= 1;
    }
    send(exchange, content, file);
  }

  private void send(HttpExchange exchange, byte[] content, String file) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
      return;
    }
    RangeAnswer.send(exchange, content, breakOnce.remove(file));
  }

  private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    exchange.getResponseHeaders().set("X-Error-Code", code);
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  @Override
  public void close() {
    hub.stop(0);
    storage.stop(0);
  }
}
