package dev.cft.trainer.kubernetes;

import static dev.cft.trainer.testing.Rows.questions;
import static dev.cft.trainer.testing.TestService.modelHash;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;

/// A job of the API over two nodes with a GPU each: a TrainJob whose two pods' commands run here,
/// with LLaMA-Factory and torchrun, which find each other as the real controllers tell them.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class TwoNodeTrainingTest {
  private static final int ROWS = 16;
  private static final int STEPS = 60;

  @TempDir static Path root;
  private static TestNamespace namespace;
  private static SimulatedKubelet kubelet;
  private static TestService service;
  private static int port;

  /// Over two nodes, undisturbed.
  private static JsonNode whole;

  @BeforeAll
  static void start() throws IOException {
    String python = System.getenv("CFT_LLAMA_FACTORY");
    assumeThat(python).as("CFT_LLAMA_FACTORY names no Python that has LLaMA-Factory").isNotNull();
    namespace = TestNamespace.create(Map.of(TestNamespace.SEVERAL_NODES, "true"));
    kubelet = new SimulatedKubelet(namespace, TwoNodeTrainingTest::prepare);
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    TinyCheckpoint.writeForOthers(root.resolve("bases/tiny"));
    service = TestService.start(Shared.in(root), settings(python));
    whole = service.await(job(2), "succeeded", "failed");
    modelHash(whole);
  }

  @AfterAll
  static void stop() {
    if (service != null) {
      service.close();
    }
    if (kubelet != null) {
      kubelet.close();
    }
    if (namespace != null) {
      namespace.close();
    }
  }

  /// The part of a cluster's DNS and of a node without a GPU.
  private static void prepare(Pod pod, ProcessBuilder process) {
    for (EnvVar variable : pod.getSpec().getContainers().getFirst().getEnv()) {
      if (variable.getValue() != null) {
        process.environment().put(variable.getName(), variable.getValue());
      }
    }
    String rank =
        pod.getMetadata().getAnnotations().get("batch.kubernetes.io/job-completion-index");
    if (rank != null) {
      process.environment().put("PET_NODE_RANK", rank);
      process.environment().put("PET_MASTER_ADDR", "127.0.0.1");
      process.environment().put("PET_MASTER_PORT", Integer.toString(port));
    }
    List<String> command = process.command();
    onTheCpu(Path.of(command.get(command.indexOf("--run-dir") + 1), "llama-factory/train.yaml"));
  }

  private static void onTheCpu(Path config) {
    try {
      Map<String, Object> keys = new Yaml().load(Files.readString(config));
      keys.remove("deepspeed");
      keys.put("use_cpu", true);
      Files.writeString(config, new Yaml().dump(keys));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void a_job_over_two_nodes_is_a_TrainJob_and_has_the_losses_of_one_node() {
    String id = whole.path("id").asString();
    assertThat(service.messages(id))
        .anyMatch(message -> message.startsWith("Training started: TrainJob " + id));
    assertThat(
            service.messages(id).stream()
                .filter(message -> message.matches("Pod .*-node-0-[01]-.* runs on node .*")))
        .hasSize(2);

    List<Double> ofOne = service.series(service.await(job(1), "succeeded", "failed"), "train_loss");

    List<Double> ofTwo = service.series(whole, "train_loss");
    assertThat(ofTwo).hasSize(STEPS).hasSameSizeAs(ofOne);
    for (int step = 0; step < ofOne.size(); step++) {
      assertThat(ofTwo.get(step)).as("step %d", step + 1).isCloseTo(ofOne.get(step), within(1e-3));
    }
  }

  @Test
  void a_paused_one_goes_on_from_its_checkpoint_to_the_same_model() {
    String paused = job(2);
    service.await(paused, job -> service.checkpoints(paused) > 0);

    service.post("/fine_tuning/jobs/" + paused + "/pause", "");
    service.await(paused, "paused");
    service.post("/fine_tuning/jobs/" + paused + "/resume", "");

    assertThat(modelHash(service.await(paused, "succeeded", "failed"))).isEqualTo(modelHash(whole));
    assertThat(service.messages(paused)).anyMatch(message -> message.contains("resumed from step"));
  }

  private static String[] settings(String python) throws IOException {
    return ClusterTraining.settings(
        namespace,
        root,
        "cft.jobs.heartbeat=500ms",
        "cft.trainer.engines=llama-factory",
        "cft.trainer.llama-factory.python=" + python,
        "cft.trainer.kubernetes.gpus=2",
        "cft.trainer.kubernetes.runtime=" + TestNamespace.RUNTIME,
        "cft.trainer.kubernetes.node.gpus=1");
  }

  private static String job(int gpus) {
    return service.createJob(
        """
        {"model": "tiny", "training_file": "%s", "seed": 3, "gpus": %d,
         "method": {"type": "supervised", "supervised": {"hyperparameters":
           {"n_epochs": %d, "batch_size": %d, "micro_batch_size": 4, "learning_rate": 1e-3,
            "checkpoint_steps": 5}}}}\
        """
            .formatted(service.upload(questions(ROWS)), gpus, STEPS, ROWS));
  }
}
