package dev.cft.trainer.kubernetes;

import static dev.cft.trainer.testing.Rows.questions;
import static dev.cft.trainer.testing.TestService.modelHash;

import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What services need to train jobs of the API as Jobs of a cluster, whose pods' very command runs
/// here in the place of a container; and the model that a job makes on this machine.
final class ClusterTraining implements AutoCloseable {
  static final int STEPS = 240;

  final TestNamespace namespace;
  final SimulatedKubelet kubelet;
  final Shared shared;
  final String undisturbed;

  /// Skips the test where there is no cluster.
  ClusterTraining(Path root) throws IOException {
    namespace = TestNamespace.create();
    kubelet = new SimulatedKubelet(namespace);
    TinyCheckpoint.write(root.resolve("bases/tiny"));
    shared = Shared.in(root);
    try (var local = TestService.start(shared)) {
      undisturbed = modelHash(local.await(submit(local), "succeeded", "failed"));
    }
  }

  /// Of a service that trains on the cluster.
  String[] settings() throws IOException {
    return settings(
        namespace,
        shared.root(),
        "cft.jobs.lease=4s",
        "cft.jobs.heartbeat=1s",
        "cft.trainer.kubernetes.gpus=8");
  }

  /// Of a service that trains in that namespace, beside some of its own.
  static String[] settings(TestNamespace namespace, Path root, String... own) throws IOException {
    var settings = new ArrayList<String>(List.of(own));
    settings.add("cft.trainer.launcher=kubernetes");
    String cluster = "cft.trainer.kubernetes.";
    Path folder = Files.createTempDirectory(root, "k");
    settings.add(cluster + "kubeconfig=" + namespace.kubeconfig(folder));
    settings.add(cluster + "namespace=" + namespace.name);
    settings.add(cluster + "node.selector.type=kwok");
    settings.add(cluster + "pod.image=example.com/cft/trainer:test");
    settings.add(cluster + "pod.java=" + Path.of(System.getProperty("java.home"), "bin", "java"));
    settings.add(cluster + "pod.cpu-per-gpu=1");
    settings.add(cluster + "pod.memory-per-gpu=1Gi");
    settings.add(cluster + "pod.heap=256MB");
    SimulatedKubelet.ANNOTATIONS.forEach(
        (key, value) -> settings.add(cluster + "pod.annotations[" + key + "]=" + value));
    return settings.toArray(String[]::new);
  }

  String submit(TestService service) {
    return submit(service, 0, STEPS);
  }

  /// A job with a checkpoint at every twentieth step.
  static String submit(TestService service, int priority, int steps) {
    return service.createJob(
        """
        {"model": "tiny", "training_file": "%s", "seed": 3, "priority": %d,
         "method": {"type": "supervised", "supervised": {"hyperparameters":
           {"max_steps": %d, "batch_size": 4, "learning_rate": 1e-3, "checkpoint_steps": 20}}}}\
        """
            .formatted(service.upload(questions(40)), priority, steps));
  }

  List<Job> jobsOf(String id) {
    return namespace.jobs().stream()
        .filter(job -> id.equals(job.getMetadata().getLabels().get(JobManifest.JOB_ID)))
        .toList();
  }

  @Override
  public void close() {
    kubelet.close();
    namespace.close();
  }
}
