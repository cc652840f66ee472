package dev.cft.lm.torch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cft.lm.download.RangeAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// PyPI's file server with small wheels laid out as those of PyTorch for CUDA.
final class LoopbackIndex implements AutoCloseable {
  static final String TORCH = "aa/torch-2.7.1-cp311-cp311-manylinux_2_28_x86_64.whl";
  static final String CUBLAS = "bb/nvidia_cublas_cu12-12.6.4.1-py3-none-manylinux2014_x86_64.whl";

  private final HttpServer server;
  private final Map<String, byte[]> files = new TreeMap<>();
  private final Map<String, Integer> breaks = new ConcurrentHashMap<>();
  private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  LoopbackIndex() throws IOException {
    files.put(
        TORCH,
        zip(
            "torch/__init__.py",
            "torch/lib/libtorch.so",
            "torch/lib/libtorch_cuda.so",
            "torch/lib/libc10_cuda.so",
            "torch/lib/libgomp.so.1",
            "torch/bin/protoc"));
    files.put(
        CUBLAS,
        zip("nvidia/cublas/lib/libcublas.so.12", "nvidia/../../lib/evil.so", "nvidia/License.txt"));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/packages/", this::answer);
    server.start();
  }

  private static byte[] zip(String... names) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(("content of " + name).getBytes(StandardCharsets.UTF_8));
        zip.write(random(20_000));
      }
    }
    return bytes.toByteArray();
  }

  /// What does not become shorter.
  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  URI address() {
    return URI.create("http://localhost:%d/packages".formatted(server.getAddress().getPort()));
  }

  List<CudaWheels.Wheel> wheels() throws NoSuchAlgorithmException {
    return List.of(wheel(TORCH), wheel(CUBLAS));
  }

  private CudaWheels.Wheel wheel(String path) throws NoSuchAlgorithmException {
    byte[] content = content(path);
    var sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    return new CudaWheels.Wheel(path, sha256, content.length);
  }

  byte[] content(String path) {
    return files.getOrDefault(path, new byte[0]);
  }

  /// Everything asked for so far, as `path` or `path bytes=N-`.
  List<String> requests() {
    return requests;
  }

  /// The next answer with this file ends after so many bytes.
  void breaksOnce(String path, int bytes) {
    breaks.put(path, bytes);
  }

  void refuses(String path, int status) {
    statuses.put(path, status);
  }

  void serves(String path) {
    statuses.remove(path);
  }

  void corrupts(String path) {
    byte[] content = content(path).clone();
    content[content.length / 2] ^= 1;
    files.put(path, content);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var path = exchange.getRequestURI().getPath().substring("/packages/".length());
    var range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(range == null ? path : path + " " + range);
    var status = statuses.get(path);
    if (status != null) {
      exchange.sendResponseHeaders(status, -1);
      exchange.close();
      return;
    }
    RangeAnswer.send(exchange, content(path), breaks.remove(path));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
