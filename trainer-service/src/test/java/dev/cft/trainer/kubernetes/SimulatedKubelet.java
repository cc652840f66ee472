package dev.cft.trainer.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Does for the pods of simulated nodes what a kubelet does: runs their command, as a process here,
/// hands a deletion on as SIGTERM, and reports the exit code. The pods themselves must last longer
/// by their annotations than any test.
final class SimulatedKubelet implements AutoCloseable {
  /// What pods need so that only we end them.
  static final Map<String, String> ANNOTATIONS =
      Map.of("cft.lab/runs-for", "2h", "cft.lab/stops-after", "2h");

  private final TestNamespace namespace;
  private final Map<String, Process> processes = new ConcurrentHashMap<>();
  private final Map<String, Integer> started = new ConcurrentHashMap<>();
  private volatile boolean isOpen = true;
  private final Thread thread;

  SimulatedKubelet(TestNamespace namespace) {
    this.namespace = namespace;
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
      namespace.pods().forEach(this::look);
      try {
        Thread.sleep(100);
      } catch (InterruptedException stopped) {
        return;
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
      process.destroy();
    }
  }

  private static Process run(Pod pod) {
    List<String> command = pod.getSpec().getContainers().getFirst().getCommand();
    try {
      return new ProcessBuilder(command).inheritIO().start();
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
