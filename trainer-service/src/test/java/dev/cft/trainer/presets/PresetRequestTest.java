package dev.cft.trainer.presets;

import static dev.cft.trainer.testing.Rows.questions;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.trainer.testing.TestService;
import dev.cft.trainer.testing.TestService.Shared;
import dev.cft.trainer.testing.TinyCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Requests that name a published run, and those that name an engine.
class PresetRequestTest {
  @TempDir static Path root;
  private static TestService service;
  private static String rows;

  @BeforeAll
  static void start() throws IOException {
    Path base = TinyCheckpoint.write(root.resolve("bases/Qwen2.5-Math-7B"));
    Path config = base.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("\"max_position_embeddings\":512", "\"max_position_embeddings\":4096"));
    service =
        TestService.start(
            Shared.in(root),
            "cft.jobs.auto-start=false",
            "cft.trainer.local.slots=8",
            "cft.trainer.engines=djl,llama-factory",
            "cft.trainer.llama-factory.python=/opt/llama-factory/bin/python");
    rows = service.upload(questions(4));
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void a_preset_says_all_that_the_request_leaves_out() {
    JsonNode job =
        service
            .post(
                "/fine_tuning/jobs",
                """
                {"training_file": "%s", "preset": "paper/qwen2.5-math-7b-cft-50k"}\
                """
                    .formatted(rows))
            .body();

    assertThat(job.path("model").asString()).isEqualTo("Qwen2.5-Math-7B");
    assertThat(job.path("preset").asString()).isEqualTo("paper/qwen2.5-math-7b-cft-50k");
    assertThat(job.path("engine").asString()).isEqualTo("llama-factory");
    assertThat(job.path("gpus").asInt()).isEqualTo(8);
    assertThat(job.path("method").path("type").asString()).isEqualTo("critique");
    JsonNode chosen = job.path("method").path("critique").path("hyperparameters");
    assertThat(chosen.path("batch_size").asInt()).isEqualTo(512);
    assertThat(chosen.path("learning_rate").asDouble()).isEqualTo(5e-6);
    assertThat(chosen.path("checkpoint_steps").asInt()).isEqualTo(2);
  }

  @Test
  void what_the_request_says_wins_over_the_preset() {
    JsonNode job =
        service
            .post(
                "/fine_tuning/jobs",
                """
                {"training_file": "%s", "preset": "paper/qwen2.5-math-7b-cft-50k", "gpus": 2,
                 "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 3}}}}\
                """
                    .formatted(rows))
            .body();

    assertThat(job.path("gpus").asInt()).isEqualTo(2);
    JsonNode chosen = job.path("method").path("supervised").path("hyperparameters");
    assertThat(chosen.path("n_epochs").asInt()).isEqualTo(3);
    assertThat(chosen.path("cutoff_len").asInt()).isEqualTo(2048);
  }

  @Test
  void adapters_are_refused_by_an_engine_that_trains_none() {
    TestService.Answer answer =
        service.post(
            "/fine_tuning/jobs",
            """
            {"model": "Qwen2.5-Math-7B", "training_file": "%s", "engine": "llama-factory",
             "method": {"type": "supervised", "supervised": {"hyperparameters":
               {"finetuning_type": "lora"}}}}\
            """
                .formatted(rows));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("'llama-factory' trains no adapters here");
  }

  @Test
  void unknown_presets_and_engines_are_told_with_those_that_there_are() {
    TestService.Answer answer =
        service.post(
            "/fine_tuning/jobs",
            """
            {"model": "Qwen2.5-Math-7B", "training_file": "%s", "preset": "paper/8b", "engine": "axolotl"}\
            """
                .formatted(rows));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error())
        .contains("preset: was 'paper/8b'; allowed: paper/qwen2.5-math-7b-cft-50k")
        .contains("engine: was 'axolotl'; allowed: djl, llama-factory");
  }
}
