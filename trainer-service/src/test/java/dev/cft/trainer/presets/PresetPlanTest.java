package dev.cft.trainer.presets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Plans of runs on several GPUs of a cluster, which need not answer for that.
class PresetPlanTest {
  @TempDir Path root;

  @Test
  void the_gpus_share_the_batch_and_the_memory() throws IOException {
    try (var service = service("79GB")) {
      JsonNode plan = plan(service, "").body();

      assertThat(plan.path("batch").toString())
          .isEqualTo(
              "{\"size\":512,\"micro\":8,\"accumulation\":8,\"devices\":8,\"steps_per_epoch\":2}");
      assertThat(plan.path("warnings")).isEmpty();
      JsonNode fewer = plan(service, ", \"gpus\": 2").body();
      assertThat(fewer.path("batch").path("accumulation").asInt()).isEqualTo(32);
      assertThat(fewer.path("memory").path("optimizer").asLong())
          .isGreaterThan(3 * plan.path("memory").path("optimizer").asLong());
      assertThat(plan(service, ", \"gpus\": 3").error())
          .contains("batch_size 512 is no multiple of micro_batch_size 8 times 3 devices");
    }
  }

  @Test
  void memory_that_may_not_do_is_a_warning_and_states_that_do_not_fit_are_a_fault()
      throws IOException {
    try (var service = service("100MB")) {
      assertThat(plan(service, "").body().path("warnings").get(0).asString())
          .startsWith("it may not fit: training needs about")
          .contains("the device has 100.0 MB");
    }
    try (var service = service("1KB")) {
      assertThat(plan(service, "").error()).contains("the device has 1.0 KB");
    }
  }

  private static TestService.Answer plan(TestService service, String more) {
    return service.post(
        "/fine_tuning/jobs",
        """
        {"training_file": "%s", "preset": "paper/qwen2.5-math-7b-cft-50k", "dry_run": true%s}
        """
            .formatted(service.upload(critiques(600)), more));
  }

  private static String critiques(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            """
            {"question": "What is %1$d + 1 ?", "response": "%1$d", "critique": "No . Conclusion : wrong [END]"}
            """
                ::formatted)
        .collect(Collectors.joining());
  }

  private TestService service(String gpuMemory) throws IOException {
    Path folder = Files.createTempDirectory(root, "s");
    Path base = TinyCheckpoint.write(folder.resolve("bases/Qwen2.5-Math-7B"));
    Path config = base.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"max_position_embeddings\":512", "\"max_position_embeddings\":4096"));
    Path kubeconfig =
        Files.writeString(
            folder.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: none, cluster: {server: "http://127.0.0.1:9"}}]
            contexts: [{name: none, context: {cluster: none, user: none}}]
            users: [{name: none, user: {}}]
            current-context: none
            """);
    return TestService.start(
        Shared.in(folder),
        "cft.jobs.auto-start=false",
        "cft.trainer.engines=djl,llama-factory",
        "cft.trainer.llama-factory.python=/opt/llama-factory/bin/python",
        "cft.trainer.launcher=kubernetes",
        "cft.trainer.kubernetes.kubeconfig=" + kubeconfig,
        "cft.trainer.kubernetes.namespace=cft",
        "cft.trainer.kubernetes.gpus=8",
        "cft.trainer.kubernetes.node.gpu-memory=" + gpuMemory,
        "cft.trainer.kubernetes.pod.image=example.com/cft/trainer:test");
  }
}
