package dev.cft.standalone.chart;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.standalone.client.PlatformClient;
import dev.cft.standalone.problems.ProblemSets;
import dev.cft.store.StoreJson;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A release on a cluster with a node that runs containers and offers GPUs: its trainer, with the
/// chart's service account and no other right, has jobs trained there by the trainer's image.
@Timeout(value = 25, unit = TimeUnit.MINUTES)
class ReleaseOnNodeTest {
  /// Half a minute of work for one thread: time enough to be paused.
  private static final int STEPS = 200;

  @TempDir static Path dir;
  private static @Nullable Release release;

  @BeforeAll
  @Timeout(value = 25, unit = TimeUnit.MINUTES)
  static void a_release_whose_pods_are_ready() throws IOException {
    String images = System.getenv("CFT_IMAGES");
    assumeThat(System.getenv("KUBECONFIG")).as("KUBECONFIG names no cluster").isNotNull();
    assumeThat(images)
        .as("CFT_IMAGES does not say where the cluster has the four images, such as: cft")
        .isNotNull();
    release = Release.where(Path.of(System.getenv("KUBECONFIG")));
    release.install(images, dir);
  }

  @AfterAll
  static void delete_its_namespace() {
    if (release != null) {
      release.close();
    }
  }

  @Test
  void a_job_paused_and_resumed_ends_as_an_undisturbed_one_and_its_model_answers() {
    String file = client().upload("rows.jsonl", rows(), "user_data").path("id").asString();
    String undisturbed = train(file);
    JsonNode usual = succeeded(undisturbed);

    String paused = train(file);
    await(paused, job -> job.path("progress").path("done").asLong() >= 5);
    assertThat(release().podsOf(paused))
        .singleElement()
        .satisfies(pod -> {
          var container = pod.getSpec().getContainers().getFirst();
          assertThat(pod.getSpec().getNodeName()).isEqualTo(release().node());
          assertThat(container.getImage()).isEqualTo(release().trainerImage());
          assertThat(container.getResources().getLimits())
              .containsEntry("nvidia.com/gpu", new Quantity("1"));
        });
    client().post("/v1/fine_tuning/jobs/" + paused + "/pause", Map.of());
    await(paused, job -> status(job).equals("paused"));
    assertThat(release().podsOf(paused)).isEmpty();
    assertThat(checkpoints(paused))
        .singleElement()
        .satisfies(step -> assertThat(step).isBetween(5L, STEPS - 1L));
    client().post("/v1/fine_tuning/jobs/" + paused + "/resume", Map.of());

    JsonNode resumed = succeeded(paused);
    assertThat(resumed.path("result").path("model_hash").asString())
        .isNotEmpty()
        .isEqualTo(usual.path("result").path("model_hash").asString());
    assertThat(messages(paused))
        .anyMatch(message -> message.matches("Pod \\S+ runs on node " + release().node()))
        .anyMatch(message -> message.matches("\\d+ rows, .*"))
        .anyMatch(message -> message.matches("Training started: .*, resumed from step \\d+"));
    assertThat(answer(paused)).isNotBlank();
  }

  private static String train(String file) {
    var hyperparameters =
        Map.of(
            "max_steps", STEPS, "batch_size", 32, "checkpoint_steps", STEPS, "learning_rate", 1e-4);
    var method =
        Map.of(
            "type",
            "supervised",
            "supervised",
            Map.of("target", "answer", "hyperparameters", hyperparameters));
    return client()
        .post(
            "/v1/fine_tuning/jobs",
            Map.of("model", "cft-demo-base", "training_file", file, "method", method, "seed", 1))
        .path("id")
        .asString();
  }

  private static String answer(String job) {
    String model = client().get("/v1/fine_tuning/jobs/" + job).path("fine_tuned_model").asString();
    var question = Map.of("role", "user", "content", "Tom has 2 pens . He gets 3 more .");
    JsonNode completion =
        client()
            .post(
                "/v1/chat/completions",
                Map.of("model", model, "max_tokens", 20, "messages", List.of(question)));
    return completion.path("choices").path(0).path("message").path("content").asString();
  }

  private static JsonNode succeeded(String job) {
    JsonNode ended = await(job, seen -> status(seen).matches("succeeded|failed"));
    assertThat(status(ended)).as(ended.toPrettyString()).isEqualTo("succeeded");
    return ended;
  }

  private static JsonNode await(String job, Predicate<JsonNode> isSo) {
    for (long end = System.nanoTime() + Duration.ofMinutes(10).toNanos(); ; ) {
      JsonNode seen = client().get("/v1/jobs/" + job);
      if (isSo.test(seen)) {
        return seen;
      }
      assertThat(System.nanoTime())
          .as(() -> "%s%n%s".formatted(seen.toPrettyString(), messages(job)))
          .isLessThan(end);
      sleep();
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(Duration.ofSeconds(1));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  private static String status(JsonNode job) {
    return job.path("status").asString();
  }

  private static List<String> messages(String job) {
    return client()
        .get("/v1/fine_tuning/jobs/" + job + "/events?limit=1000")
        .path("data")
        .valueStream()
        .map(event -> event.path("message").asString())
        .toList();
  }

  private static List<Long> checkpoints(String job) {
    return client()
        .get("/v1/fine_tuning/jobs/" + job + "/checkpoints")
        .path("data")
        .valueStream()
        .map(checkpoint -> checkpoint.path("step_number").asLong())
        .toList();
  }

  private static byte[] rows() {
    return ProblemSets.train(64).stream()
        .map(problem -> Map.of("question", problem.question(), "answer", problem.solution()))
        .map(StoreJson.mapper()::writeValueAsString)
        .collect(Collectors.joining("\n", "", "\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static PlatformClient client() {
    return release().client();
  }

  private static Release release() {
    return requireNonNull(release);
  }
}
