package dev.cft.benchmarks.critiques;

import dev.cft.store.StoreJson;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.node.ObjectNode;

/// A chat completions endpoint with set latency, limits and faults, cheap enough not to be what is
/// measured: HTTP/1.1 with keep-alive on plain sockets, a virtual thread for each connection.
///
/// `GET /stats` tells what it saw. Run it by [#main] in a process of its own.
final class LoopbackTeacher {
  private static final String TEXT =
      "The solution sets the problem up as it should, and each of its steps was computed again. ";

  private final TeacherLimits limits;
  private final Setting setting;
  private final ServerSocket server;
  private final LongAdder calls = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder faults = new LongAdder();
  private final LongAdder tokens = new LongAdder();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger mostInFlight = new AtomicInteger();
  private final ConcurrentHashMap<Long, Long> refusedBySecond = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, Long> answersBySecond = new ConcurrentHashMap<>();

  /// @param latencyMillis of a call on average; each takes between half and one and a half of it,
  ///   or exactly that where it is at most 5
  /// @param completionTokens on average; between half and one and a half of it
  /// @param faultPercent calls that meet a 500, a 503 or a cut connection
  record Setting(int latencyMillis, int completionTokens, int faultPercent) {}

  LoopbackTeacher(int port, Setting setting, TeacherLimits limits) throws IOException {
    this.setting = setting;
    this.limits = limits;
    this.server = new ServerSocket(port, 1024, InetAddress.getLoopbackAddress());
  }

  /// Arguments: port, requests per minute, tokens per minute, latency in ms, completion tokens,
  /// percentage of faults.
  public static void main(String[] args) throws IOException {
    var teacher =
        new LoopbackTeacher(
            Integer.parseInt(args[0]),
            new Setting(
                Integer.parseInt(args[3]), Integer.parseInt(args[4]), Integer.parseInt(args[5])),
            new TeacherLimits(Long.parseLong(args[1]), Long.parseLong(args[2])));
    System.out.println("ready");
    teacher.serve();
  }

  void serve() throws IOException {
    while (true) {
      var socket = server.accept();
      socket.setTcpNoDelay(true);
      Thread.startVirtualThread(() -> talk(socket));
    }
  }

  private void talk(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
      var out = socket.getOutputStream();
      for (var request = Request.read(in); request != null; request = Request.read(in)) {
        if (request.path().startsWith("/stats")) {
          send(out, 200, "", stats());
        } else if (!answer(request, out)) {
          return;
        }
      }
    } catch (IOException | UncheckedIOException | InterruptedException _) {
      // the caller went away
    }
  }

  /// False where the connection is to be cut.
  private boolean answer(Request request, OutputStream out)
      throws IOException, InterruptedException {
    calls.increment();
    var body = request.body();
    var random = new SplittableRandom(body.hashCode() * 0x9e3779b97f4a7c15L);
    var prompt = body.length() / 4;
    var completion = about(setting.completionTokens(), random);
    var allowed = limits.take(prompt + (long) completion, System.currentTimeMillis());
    if (!allowed.isAccepted()) {
      refused.increment();
      refusedBySecond.merge(System.currentTimeMillis() / 1000, 1L, Long::sum);
      send(
          out,
          429,
          "Retry-After: %.1f\r\n".formatted(allowed.retryAfterMillis() / 1000.0),
          "{\"error\":{\"message\":\"slow down\",\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}");
      return true;
    }
    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    try {
      Thread.sleep(about(setting.latencyMillis(), random));
      return (setting.faultPercent() > 0 && Math.random() * 100 < setting.faultPercent())
          ? fault(out)
          : complete(request, out, prompt, completion, allowed);
    } finally {
      inFlight.decrementAndGet();
    }
  }

  private boolean fault(OutputStream out) throws IOException {
    faults.increment();
    switch ((int) (Math.random() * 3)) {
      case 0 -> send(out, 500, "", "{\"error\":{\"message\":\"oh\"}}");
      case 1 -> send(out, 503, "", "overloaded");
      default -> {
        out.write(
            "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"id\":"
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return false;
      }
    }
    return true;
  }

  private boolean complete(
      Request request, OutputStream out, int prompt, int completion, TeacherLimits.Answer allowed)
      throws IOException {
    var text = TEXT.repeat(1 + completion * 4 / TEXT.length()).substring(0, completion * 4);
    var headers =
        "x-ratelimit-remaining-requests: %d\r\nx-ratelimit-remaining-tokens: %d\r\n"
            .formatted(allowed.requestsLeft(), allowed.tokensLeft());
    answered.increment();
    tokens.add(prompt + (long) completion);
    answersBySecond.merge(System.currentTimeMillis() / 1000, prompt + (long) completion, Long::sum);
    send(
        out,
        200,
        headers,
        """
        {"id":"c","object":"chat.completion","created":1,"model":"%s","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"%sConclusion: right [END]","refusal":null},"logprobs":null}],"usage":{"prompt_tokens":%d,"completion_tokens":%d,"total_tokens":%d}}
        """
            .formatted(request.model(), text, prompt, completion, prompt + completion));
    return true;
  }

  private static int about(int mean, SplittableRandom random) {
    return mean <= 5 ? mean : mean / 2 + random.nextInt(mean);
  }

  private String stats() {
    var stats = StoreJson.mapper().createObjectNode();
    stats.put("calls", calls.sum()).put("answered", answered.sum()).put("refused", refused.sum());
    stats.put("faults", faults.sum()).put("tokens", tokens.sum());
    stats.put("most_in_flight", mostInFlight.get());
    put(stats.putObject("tokens_by_second"), answersBySecond);
    put(stats.putObject("refused_by_second"), refusedBySecond);
    return stats.toString();
  }

  private static void put(ObjectNode node, Map<Long, Long> bySecond) {
    bySecond.forEach((second, sum) -> node.put(Long.toString(second), sum));
  }

  private static void send(OutputStream out, int status, String headers, String body)
      throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var head =
        "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"
            .formatted(status, bytes.length, headers)
            .getBytes(StandardCharsets.US_ASCII);
    var whole = new byte[head.length + bytes.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(bytes, 0, whole, head.length, bytes.length);
    out.write(whole);
    out.flush();
  }
}
