package dev.cft.trainer.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.store.StoreJson;
import dev.cft.store.jobs.JobFailedException;
import dev.cft.trainer.TrainerProperties.LlamaFactory;
import dev.cft.trainer.engines.Engine.Setup;
import dev.cft.trainer.presets.Preset;
import dev.cft.trainer.runs.RunFolder;
import dev.cft.trainer.runs.TrainSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.yaml.snakeyaml.Yaml;

class LlamaFactoryConfigTest {
  /// The YAML that was released with arXiv 2501.17703 for the 7B model, but for where its base
  /// lies.
  private static final String RELEASED =
      """
      stage: sft
      do_train: true
      do_eval: false
      finetuning_type: full
      trust_remote_code: true
      deepspeed: examples/deepspeed/ds_z3_config.json
      dataset: WebInstruct-CFT-50K
      template: qwen
      cutoff_len: 2048
      max_samples: 100000
      overwrite_cache: true
      preprocessing_num_workers: 16
      logging_steps: 1
      save_steps: 2
      plot_loss: true
      overwrite_output_dir: true
      save_only_model: true
      per_device_train_batch_size: 8
      gradient_accumulation_steps: 8
      learning_rate: 5.0e-6
      num_train_epochs: 1.0
      lr_scheduler_type: cosine
      warmup_ratio: 0.1
      bf16: true
      ddp_timeout: 180000000
      """;

  /// What a run has besides: where its files are, what the Hugging Face trainer would take anyway,
  /// and that it counts tokens.
  private static final String OURS =
      """
      model_name_or_path: model
      dataset_dir: llama-factory
      output_dir: llama-factory/output
      save_strategy: steps
      report_to: none
      include_num_input_tokens_seen: non_padding
      seed: 42
      weight_decay: 0.0
      max_grad_norm: 1.0
      adam_beta2: 0.999
      """;

  @TempDir Path run;

  @Test
  void the_paper_s_preset_is_the_authors_yaml_value_for_value() throws IOException {
    var setup = setup(8, 64, 8, Preset.named("paper/qwen2.5-math-7b-cft-50k").orElseThrow());

    new LlamaFactoryEngine(new LlamaFactory(Path.of("/opt/python"), "0.9.5", null)).prepare(setup);

    Map<String, Object> written =
        new Yaml().load(Files.readString(run.resolve("llama-factory/train.yaml")));
    assertThat(numbersAsDoubles(written))
        .containsExactlyInAnyOrderEntriesOf(numbersAsDoubles(new Yaml().load(RELEASED + OURS)));
    assertThat(run.resolve("examples/deepspeed/ds_z3_config.json"))
        .content()
        .contains("\"stage\" : 3", "\"overlap_comm\" : true")
        .doesNotContain("offload");
    assertThat(run.resolve("llama-factory/dataset_info.json"))
        .content()
        .contains("WebInstruct-CFT-50K", "../data/train.jsonl", "sharegpt");
  }

  @Test
  void the_image_has_the_version_that_is_asked_for_and_each_package_by_its_hash()
      throws IOException {
    var settings = new MapConfigurationPropertySource(Map.of("python", "/opt/python"));
    LlamaFactory defaults = new Binder(settings).bind("", LlamaFactory.class).get();
    Path pins = Path.of("..", "docker", "llama-factory");

    assertThat(Files.readAllLines(pins.resolve("requirements.txt")))
        .anyMatch(line -> line.startsWith("llamafactory==%s ".formatted(defaults.version())))
        .anyMatch(line -> line.startsWith("deepspeed=="))
        .allMatch(line -> line.matches("[a-z0-9-]+==\\S+ --hash=sha256:[0-9a-f]{64}"));
    assertThat(Files.readAllLines(pins.resolve("torch.txt")))
        .anyMatch(line -> line.startsWith("torch=="))
        .allMatch(line -> line.matches("[a-z0-9-]+==\\S+ --hash=sha256:[0-9a-f]{64}"));
  }

  @Test
  void the_larger_model_s_preset_differs_by_its_rows_only() {
    var seven = Preset.named("paper/qwen2.5-math-7b-cft-50k").orElseThrow();
    var larger = Preset.named("paper/qwen2.5-32b-instruct-cft-4k").orElseThrow();

    Map<String, Object> config = LlamaFactoryConfig.of(setup(8, 64, 8, larger));

    assertThat(config.remove("dataset")).isEqualTo("WebInstruct-CFT-4K");
    assertThat(LlamaFactoryConfig.of(setup(8, 64, 8, seven))).containsAllEntriesOf(config);
  }

  @ParameterizedTest
  @CsvSource({"8, 64, 0, 8, 64", "8, 64, 4, 8, 16", "8, 2, 8, 2, 1", "4, 3, 4, 3, 1"})
  void the_global_batch_is_the_same_whatever_the_gpus(
      int micro, int accumulation, int gpus, int perDevice, int perStep) {
    Map<String, Object> config = LlamaFactoryConfig.of(setup(micro, accumulation, gpus, null));

    assertThat(config)
        .containsEntry("per_device_train_batch_size", perDevice)
        .containsEntry("gradient_accumulation_steps", perStep);
    assertThat(config.containsKey("deepspeed")).isEqualTo(gpus > 1);
    assertThat(config.containsKey("use_cpu")).isEqualTo(gpus == 0);
  }

  @Test
  void a_batch_that_the_gpus_cannot_share_is_refused() {
    assertThatThrownBy(() -> LlamaFactoryConfig.of(setup(3, 1, 2, null)))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("batch_size is 3, which 2 GPUs cannot share evenly");
  }

  private static Map<String, Object> numbersAsDoubles(Map<String, Object> yaml) {
    return yaml.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                entry ->
                    entry.getValue() instanceof Number number
                        ? number.doubleValue()
                        : entry.getValue()));
  }

  private Setup setup(int micro, int accumulation, int gpus, @Nullable Preset preset) {
    var spec =
        StoreJson.mapper()
            .readValue(
                """
                {"model_name_or_path": "model", "dataset": "data/train.jsonl", "cutoff_len": 2048,
                 "per_device_train_batch_size": %d, "gradient_accumulation_steps": %d,
                 "learning_rate": 5e-6, "num_train_epochs": 1.0, "lr_scheduler_type": "cosine",
                 "warmup_ratio": 0.1, "weight_decay": 0.0, "max_grad_norm": 1.0, "adam_beta2": 0.999,
                 "seed": 42, "save_steps": 2, "logging_steps": 1}
                """
                    .formatted(micro, accumulation),
                TrainSpec.class);
    try {
      var folder = new RunFolder(run).create();
      Files.writeString(
          folder.trainingRows(), "{\"messages\": [{\"role\": \"user\", \"content\": \"?\"}]}\n");
      return new Setup(folder, spec, 1000, gpus, preset);
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }
}
