package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.lm.TinyModels;
import dev.cft.lm.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ContinuedRunTest {
  private static final String STEPS =
      "\"per_device_train_batch_size\":8,\"learning_rate\":1e-3,\"lr_scheduler_type\":\"constant\",";

  @TempDir Path temporary;

  /// The children then find the native libraries unpacked.
  @BeforeAll
  static void unpack() {
    assertThat(Torch.engine()).isNotNull();
  }

  private TrainProcess run(String name, String keys) throws IOException {
    return TrainProcess.in(temporary.resolve(name), TinyModels.folder("qwen2"), 40, STEPS + keys);
  }

  @Test
  void two_epochs_and_two_more_are_four_epochs() throws Exception {
    var first = run("first", "\"num_train_epochs\":2,\"row_losses\":10");
    var straight = run("straight", "\"num_train_epochs\":4");
    var more =
        run("more", "\"num_train_epochs\":4,\"resume_from_checkpoint\":\"../first/checkpoint-10\"");

    assertThat(first.finish()).isZero();
    assertThat(straight.finish()).isZero();
    assertThat(more.finish()).isZero();

    assertThat(more.file("checkpoint-20/model.safetensors"))
        .hasSameBinaryContentAs(straight.file("checkpoint-20/model.safetensors"));
    assertThat(more.losses()).isEqualTo(straight.losses().subList(10, 20));
    assertThatTheLossesOfEveryFourthRowAreTold(first);
  }

  private static void assertThatTheLossesOfEveryFourthRowAreTold(TrainProcess run)
      throws IOException {
    var lines =
        Files.readAllLines(run.file("row_losses.jsonl")).stream()
            .map(new JsonMapper()::readTree)
            .toList();

    assertThat(lines)
        .extracting(line -> line.path("row").asInt())
        .containsExactlyElementsOf(IntStream.range(0, 10).map(i -> 4 * i).boxed().toList());
    assertThat(lines).extracting(line -> line.path("loss").asDouble()).allMatch(loss -> loss > 0);
  }

  @Test
  void a_run_without_steps_left_is_refused() throws Exception {
    var first = run("first", "\"num_train_epochs\":1");
    var more =
        run("more", "\"num_train_epochs\":1,\"resume_from_checkpoint\":\"../first/checkpoint-5\"");

    assertThat(first.finish()).isZero();
    assertThat(more.finish()).isEqualTo(42);

    JsonNode error = more.json("error.json");
    assertThat(error.path("message").asString())
        .contains("has done 5 steps, this one ends after 5: give more epochs or steps");
  }
}
