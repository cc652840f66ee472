package dev.cft.trainer.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.RequestConfig;
import io.fabric8.kubernetes.client.RequestConfigBuilder;
import io.fabric8.kubernetes.client.dsl.LogWatch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the pods of a Job say on their output, line by line while they run.
final class PodLogs implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PodLogs.class);

  /// Our choice: what a person would read of a run; all of it stays in the cluster's own logs.
  private static final int MOST_LINES = 300;

  /// As the API server hands a line out: its time, and what was said.
  private static final Pattern STAMPED =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\dT\\S+) (.*)", Pattern.DOTALL);

  private static final int TAIL = 20;
  private static final int LONGEST = 1000;

  /// Before a log that broke off is asked for again.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// How long the last lines of a pod that has ended may take: its node answers soon, or not at
  /// all.
  private static final Duration LAST_LINES = Duration.ofSeconds(2);

  /// In place of the client's own ten tries, which keep the end of a run waiting.
  private static final RequestConfig FEW_TRIES =
      new RequestConfigBuilder().withRequestRetryBackoffLimit(2).build();

  private final Cluster cluster;
  private final Notes notes;
  private final Map<String, Reading> readings = new HashMap<>();
  private final List<String> unread = new ArrayList<>();
  private final ArrayDeque<String> tail = new ArrayDeque<>();
  private boolean isClosed;

  PodLogs(Cluster cluster, Notes notes) {
    this.cluster = cluster;
    this.notes = notes;
  }

  /// Reads the log of a pod whose container has started; takes it up again where it broke off.
  void follow(Pod pod) {
    String name = pod.getMetadata().getName();
    Reading before = readings.get(name);
    if (before == null || before.isToRepeat()) {
      readings.put(name, new Reading(pod));
    }
  }

  /// A pod's log being read, or that was: a node that does not answer keeps nobody else waiting.
  private final class Reading implements Runnable {
    private final String pod;
    private final String container;

    /// Its log is all there.
    private final boolean hadEnded;

    private final long since = System.nanoTime();
    private final Thread thread;
    private @Nullable LogWatch watch;

    Reading(Pod pod) {
      this.pod = pod.getMetadata().getName();
      this.container = PodWords.container(pod);
      this.hadEnded = PodWords.hasEnded(pod);
      this.thread = Thread.ofVirtual().name("log-" + this.pod).start(this);
    }

    boolean isToRepeat() {
      return !thread.isAlive() && !hadEnded && System.nanoTime() - since > PATIENCE.toNanos();
    }

    @Override
    public void run() {
      try (LogWatch opened = open();
          var output =
              new BufferedReader(
                  new InputStreamReader(opened.getOutput(), StandardCharsets.UTF_8))) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          take(pod, line);
        }
      } catch (IOException | RuntimeException over) {
        // The client throws whatever its HTTP client does, also when it is closed meanwhile.
        log.info("The log of pod {} is read no further for now ({})", pod, over.toString());
      }
    }

    private LogWatch open() {
      LogWatch opened =
          cluster
              .client()
              .newClient(FEW_TRIES)
              .adapt(KubernetesClient.class)
              .pods()
              .inNamespace(cluster.namespace())
              .withName(pod)
              .inContainer(container)
              .usingTimestamps()
              .watchLog();
      synchronized (PodLogs.this) {
        watch = opened;
        if (isClosed) {
          opened.close();
        }
      }
      return opened;
    }
  }

  /// Lines of the training log are told as metrics already, and what has no time is not the pod's:
  /// the API server's words when the node does not answer.
  private synchronized void take(String pod, String read) {
    Matcher stamped = STAMPED.matcher(read);
    if (!stamped.matches()) {
      return;
    }
    String line = stamped.group(2);
    if (line.isBlank() || line.startsWith("{\"current_steps\"")) {
      return;
    }
    OptionalInt before = notes.line(pod, stamped.group(1));
    if (before.isPresent()) {
      String shown = line.length() > LONGEST ? line.substring(0, LONGEST) + "…" : line;
      remember(shown);
      tell(shown, before.getAsInt());
    }
  }

  private void remember(String line) {
    tail.addLast(line);
    if (tail.size() > TAIL) {
      tail.removeFirst();
    }
  }

  private void tell(String line, int before) {
    if (before < MOST_LINES) {
      unread.add(line);
    } else if (before == MOST_LINES) {
      unread.add("More is in the log of the pod itself");
    }
  }

  /// Waits for the last lines of pods that have ended.
  void awaitEnd() throws InterruptedException {
    long until = System.nanoTime() + LAST_LINES.toNanos();
    for (Reading reading : readings.values()) {
      reading.thread.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
    }
  }

  /// Lines since the last call.
  synchronized List<String> poll() {
    List<String> read = List.copyOf(unread);
    unread.clear();
    return read;
  }

  /// The last lines that were said.
  synchronized String tail() {
    return String.join("\n", tail);
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    readings.values().stream()
        .map(reading -> reading.watch)
        .filter(Objects::nonNull)
        .forEach(LogWatch::close);
  }
}
