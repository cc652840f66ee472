package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.lm.Checkpoints;
import dev.cft.lm.TinyModels;
import dev.cft.lm.torch.Torch;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainProcessTest {
  private static final String STEPS =
      "\"per_device_train_batch_size\":4,\"gradient_accumulation_steps\":2,\"learning_rate\":1e-3,\"num_train_epochs\":8";
  private static final Path MODEL = TinyModels.folder("qwen2");

  @TempDir Path temporary;

  /// The children then find the native libraries unpacked.
  @BeforeAll
  static void unpack() {
    assertThat(Torch.engine()).isNotNull();
  }

  private TrainProcess run(String name, String keys) throws IOException {
    return TrainProcess.in(temporary.resolve(name), MODEL, 40, keys);
  }

  @Test
  void a_run_killed_twice_has_the_losses_and_weights_of_one_that_was_not() throws Exception {
    var undisturbed = run("undisturbed", STEPS + ",\"save_steps\":6");
    var killed = run("killed", STEPS + ",\"save_steps\":6");
    var random = new SplittableRandom();
    int first = random.nextInt(2, 14);
    int second = random.nextInt(18, 34);

    assertThat(undisturbed.finish()).isZero();
    for (int at : List.of(first, second)) {
      var process = killed.start();
      killed.awaitSteps(process, at);
      process.destroyForcibly().waitFor();
    }
    assertThat(killed.finish()).isZero();

    assertThat(killed.losses())
        .as("killed after steps %d and %d", first, second)
        .isEqualTo(undisturbed.losses())
        .hasSize(40);
    assertThat(killed.file("checkpoint-40/model.safetensors"))
        .hasSameBinaryContentAs(undisturbed.file("checkpoint-40/model.safetensors"));
    assertThat(killed.json("result.json").path("checkpoint").asString()).isEqualTo("checkpoint-40");
    assertThat(killed.file("stderr")).content().contains("Resumed from checkpoint-");
  }

  @Test
  void packs_dropout_and_carried_rounding_resume_as_exactly() throws Exception {
    var keys =
        STEPS.replace("\"num_train_epochs\":8", "\"num_train_epochs\":8,\"cutoff_len\":120")
            + ",\"save_steps\":3,\"packing\":true,\"per_device_train_batch_size\":1";
    keys = keys.replace("\"per_device_train_batch_size\":4,", "");
    for (var mode :
        List.of(
            "\"pure_bf16\":true",
            "\"finetuning_type\":\"lora\",\"lora_dropout\":0.3,\"gradient_checkpointing\":true")) {
      var name = mode.contains("lora") ? "lora" : "pure";
      var undisturbed = run(name, keys + "," + mode);
      var killed = run(name + "-killed", keys + "," + mode);
      int at = new SplittableRandom().nextInt(4, 20);

      assertThat(undisturbed.finish()).isZero();
      var process = killed.start();
      killed.awaitSteps(process, at);
      process.destroyForcibly().waitFor();
      assertThat(killed.finish()).isZero();

      assertThat(killed.losses())
          .as("%s, killed after step %d", name, at)
          .isEqualTo(undisturbed.losses());
      var last = undisturbed.json("result.json").path("checkpoint").asString();
      assertThat(killed.file(last + "/model.safetensors"))
          .hasSameBinaryContentAs(undisturbed.file(last + "/model.safetensors"));
    }
  }

  @Test
  void the_best_and_the_last_checkpoints_stay() throws Exception {
    var run =
        run(
            "pruned",
            STEPS
                + ",\"save_steps\":4,\"save_total_limit\":1,\"save_best_limit\":2,\"eval_dataset\":\"data/eval.jsonl\",\"lr_scheduler_type\":\"constant\",\"max_steps\":24");
    Files.writeString(run.file("data/eval.jsonl"), "{\"text\":\"so so so what is this?\"}\n");

    assertThat(run.finish()).isZero();

    var byLoss =
        run.log().stream()
            .filter(line -> line.has("eval_loss"))
            .sorted(Comparator.comparingDouble(line -> line.path("eval_loss").doubleValue()))
            .map(line -> "checkpoint-" + line.path("current_steps"))
            .toList();
    var kept = new HashSet<>(byLoss.subList(0, 2));
    kept.add("checkpoint-24");
    assertThat(run.checkpoints()).hasSameElementsAs(kept);
    assertThat(run.json("result.json").path("best_checkpoint").asString())
        .isEqualTo(byLoss.getFirst());
  }

  @Test
  void the_last_loss_is_lower_and_the_checkpoint_is_whole() throws Exception {
    var run = run("run", STEPS + ",\"save_steps\":10,\"save_total_limit\":2");

    assertThat(run.finish()).isZero();

    var log = run.log();
    assertThat(log.getLast().path("loss").doubleValue())
        .isLessThan(log.getFirst().path("loss").doubleValue() / 2);
    assertThat(log.getLast().path("percentage").doubleValue()).isEqualTo(100);
    assertThat(log.getFirst().propertyNames())
        .contains(
            "current_steps",
            "total_steps",
            "lr",
            "epoch",
            "elapsed_time",
            "remaining_time",
            "grad_norm")
        .contains("tokens_per_second", "trained_tokens");
    assertThat(run.file("checkpoint-10")).doesNotExist();
    assertThat(run.file("checkpoint-30")).exists();
    assertThat(Checkpoints.inspect(run.file("checkpoint-40")).parameters()).isEqualTo(27_936);
    assertThat(run.file("stdout")).hasSameTextualContentAs(run.file("trainer_log.jsonl"));
  }

  @Test
  void sigterm_ends_the_step_writes_a_checkpoint_and_says_so() throws Exception {
    var run = run("stopped", STEPS.replace("8", "400"));

    var process = run.start();
    run.awaitSteps(process, 5);
    process.destroy();

    assertThat(process.waitFor()).isEqualTo(75);
    int steps = run.log().size();
    assertThat(run.file("checkpoint-" + steps + "/model.safetensors")).exists();
    assertThat(run.file("result.json")).doesNotExist();
  }

  @Test
  void a_checkpoint_that_cannot_be_written_leaves_nothing_half_written() throws Exception {
    var run = run("full", STEPS);

    // Files may not grow beyond 48 KiB; the weights need 109 KiB.
    var process = run.start(List.of("bash", "-c", "ulimit -f 48; exec \"$@\"", "bash"));

    assertThat(process.waitFor()).isEqualTo(74);
    assertThat(run.json("error.json").path("code").asString()).isEqualTo("cannot_write");
    assertThat(run.json("error.json").path("message").asString())
        .contains("The run folder cannot be written", "too large");
    try (var files = Files.list(run.file("."))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.contains("checkpoint-"));
    }

    assertThat(run.finish()).as("with space again").isZero();
  }

  @Test
  void an_unreadable_newest_checkpoint_stops_the_run() throws Exception {
    var run = run("torn", STEPS + ",\"save_steps\":10");
    assertThat(run.finish()).isZero();
    Files.delete(run.file("result.json"));
    assertThat(run.file("checkpoint-40").toFile().list((_, name) -> name.endsWith(".safetensors")))
        .as("what loaders take for weights")
        .containsExactly("model.safetensors");
    var moments = run.file("checkpoint-40/resume/optimizer.safetensors");
    try (var file = new RandomAccessFile(moments.toFile(), "rw")) {
      file.setLength(1000);
    }

    assertThat(run.finish()).isEqualTo(42);

    assertThat(run.json("error.json").path("code").asString()).isEqualTo("unreadable_checkpoint");
    assertThat(run.json("error.json").path("message").asString()).contains("optimizer.safetensors");
    assertThat(run.file("result.json")).doesNotExist();
  }

  @Test
  void another_spec_or_other_data_cannot_resume_a_run() throws Exception {
    var run = run("changed", STEPS);
    assertThat(run.finish()).isZero();
    Files.writeString(run.file("data/train.jsonl"), "{\"text\":\"other data\"}\n");

    assertThat(run.finish()).isEqualTo(42);

    assertThat(run.json("error.json").path("code").asString()).isEqualTo("changed_run");
  }
}
