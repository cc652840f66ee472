package dev.cft.trainer.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/// Does for the pods of simulated nodes what a kubelet does: runs their command, as a process here,
/// hands a deletion on as SIGTERM, and as SIGKILL when its grace is over, and reports the exit
/// code. The pods themselves must last longer by their annotations than any test.
final class SimulatedKubelet implements AutoCloseable {
  /// What pods need so that only we end them.
  static final Map<String, String> ANNOTATIONS =
      Map.of("cft.lab/runs-for", "2h", "cft.lab/stops-after", "2h");

  private static final Set<Integer> CHANGED =
      Set.of(HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND);

  private final TestNamespace namespace;
  private final BiConsumer<Pod, ProcessBuilder> preparation;
  private final Map<String, Process> processes = new ConcurrentHashMap<>();
  private final Map<String, Integer> started = new ConcurrentHashMap<>();
  private volatile boolean isOpen = true;
  private final Thread thread;

  SimulatedKubelet(TestNamespace namespace) {
    this(namespace, (_, _) -> {});
  }

  /// @param preparation what a process needs to find, for instance its environment
  SimulatedKubelet(TestNamespace namespace, BiConsumer<Pod, ProcessBuilder> preparation) {
    this.namespace = namespace;
    this.preparation = preparation;
    this.thread = Thread.ofPlatform().daemon().name("simulated-kubelet").start(this::work);
  }

  /// How many pods of a job have run, with those that are gone.
  int started(String job) {
    return started.getOrDefault(job, 0);
  }

  /// Whether a process of any pod still runs.
  boolean isBusy() {
    return processes.values().stream().anyMatch(Process::isAlive);
  }

  /// Keeps processes from going on, and from ending when they are told to, until they are let go.
  void hold() throws IOException, InterruptedException {
    signal("STOP");
  }

  void letGo() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    for (Process process : processes.values()) {
      if (process.isAlive()) {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
      }
    }
  }

  private void work() {
    while (isOpen) {
      namespace.pods().forEach(this::lookUnlessChanged);
      try {
        Thread.sleep(100);
      } catch (InterruptedException stopped) {
        return;
      }
    }
  }

  /// A pod that has changed since, or is gone, is looked at the next time.
  private void lookUnlessChanged(Pod pod) {
    try {
      look(pod);
    } catch (KubernetesClientException changed) {
      if (!CHANGED.contains(changed.getCode())) {
        throw changed;
      }
    }
  }

  private void look(Pod pod) {
    String uid = pod.getMetadata().getUid();
    if (!"Running".equals(pod.getStatus().getPhase())) {
      return;
    }
    boolean isToEnd = pod.getMetadata().getDeletionTimestamp() != null;
    Process process = processes.get(uid);
    if (process == null && !isToEnd) {
      started.merge(pod.getMetadata().getLabels().get(JobManifest.JOB_ID), 1, Integer::sum);
      processes.put(uid, run(pod));
    } else if (process == null || !process.isAlive()) {
      report(pod, process == null ? 143 : process.exitValue());
    } else if (isToEnd) {
      end(process, Instant.parse(pod.getMetadata().getDeletionTimestamp()));
    }
  }

  private static void end(Process process, Instant atTheLatest) {
    if (Instant.now().isAfter(atTheLatest)) {
      process.destroyForcibly();
    } else {
      process.destroy();
    }
  }

  private Process run(Pod pod) {
    List<String> command = pod.getSpec().getContainers().getFirst().getCommand();
    try {
      ProcessBuilder process = new ProcessBuilder(command).inheritIO();
      preparation.accept(pod, process);
      return process.start();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void report(Pod pod, int exit) {
    namespace
        .admin
        .resource(
            new PodBuilder(pod)
                .editStatus()
                .withPhase(exit == 0 ? "Succeeded" : "Failed")
                .editFirstContainerStatus()
                .withReady(false)
                .withNewState()
                .withNewTerminated()
                .withExitCode(exit)
                .withReason(exit == 0 ? "Completed" : "Error")
                .endTerminated()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build())
        .inNamespace(namespace.name)
        .patchStatus();
  }

  @Override
  public void close() {
    isOpen = false;
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    processes.values().forEach(Process::destroyForcibly);
  }
}
