package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cft.lm.NewModel;
import dev.cft.lm.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadInputTest {
  @TempDir Path folder;

  private BadInputException fails(String spec) throws IOException {
    var run = TrainProcess.in(folder, TinyModels.folder("qwen2"), 4, "\"seed\":1");
    run.spec(spec.replace("MODEL", TinyModels.folder("qwen2").toString()));
    return failure();
  }

  private BadInputException failsWithData(String lines) throws IOException {
    TrainProcess.in(folder, TinyModels.folder("qwen2"), 4, "\"seed\":1");
    Files.writeString(folder.resolve("data/train.jsonl"), lines);
    return failure();
  }

  private BadInputException failure() {
    return assertThatExceptionOfType(BadInputException.class)
        .isThrownBy(() ->
            TrainingRun.run(folder.resolve("spec.json"), folder, () -> false, _ -> {}, _ -> {}))
        .actual();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"model_name_or_path\":\"MODEL\",\"learnin_rate\":1}|learnin_rate|unknown key 'learnin_rate'; known keys: [adam_beta1",
        "{\"model_name_or_path\":\"MODEL\",\"learning_rate\":\"fast\"}|learning_rate|must be a number, got \"fast\"",
        "{\"model_name_or_path\":\"MODEL\",\"cutoff_len\":1.5}|cutoff_len|must be an integer, got 1.5",
        "{\"model_name_or_path\":\"MODEL\",\"cutoff_len\":0}|cutoff_len|must be at least 2, got 0",
        "{\"model_name_or_path\":\"MODEL\",\"lr_scheduler_type\":\"step\"}|lr_scheduler_type|must be one of [constant, constant_with_warmup, cosine, linear], got 'step'",
        "{\"model_name_or_path\":\"MODEL\",\"template\":\"klingon\"}|template|unknown template 'klingon'; known: [chatml, llama3, qwen]",
        "{\"model_name_or_path\":\"MODEL\",\"lora_target\":\"q_proj,qproj\"}|lora_target|'lora_target' must be 'all' or some of [q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj], got 'qproj'",
        "{\"model_name_or_path\":\"MODEL\",\"packing\":true,\"neat_packing\":false}|neat_packing|packed rows never attend to each other here",
        "{\"model_name_or_path\":\"MODEL\",\"device\":\"tpu\"}|device|'device' must be one of [auto, cpu, gpu], got 'tpu'",
        "{\"dataset\":\"x\"}|model_name_or_path|'model_name_or_path' is missing"
      })
  void a_wrong_spec_names_the_key_and_what_is_allowed(String spec, String param, String message)
      throws IOException {
    var failure = fails(spec);

    assertThat(failure.code()).isEqualTo("invalid_spec");
    assertThat(failure.param()).isEqualTo(param);
    assertThat(failure).hasMessageContaining(message);
  }

  @Test
  void a_spec_that_is_no_json_is_refused() throws IOException {
    assertThat(fails("{\"model_name_or_path\":")).hasMessageContaining("spec.json is not JSON");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"text\":|is not JSON",
        "{\"txt\":\"a\"}|has none of 'messages', 'prompt' with 'completion', 'text'",
        "{\"text\":7}|'text' must be a string, got 7",
        "{\"prompt\":\"a\"}|'completion' must be a string, got nothing",
        "{\"messages\":[]}|'messages' must be a list with at least one message",
        "{\"messages\":[{\"role\":\"user\"}]}|'messages[0]' needs the strings 'role' and 'content'",
        "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"}]}|'messages' must end with the role assistant, got 'user'"
      })
  void a_malformed_line_is_named_with_its_field(String line, String message) throws IOException {
    var failure = failsWithData("{\"text\":\"good line\"}\n" + line + "\n");

    assertThat(failure.code()).isEqualTo("invalid_data");
    assertThat(failure)
        .hasMessageStartingWith("train.jsonl line 2: ")
        .hasMessageContaining(message);
  }

  @Test
  void data_without_a_trained_token_is_refused() throws IOException {
    assertThat(failsWithData("{\"prompt\":\"a\",\"completion\":\"\"}\n"))
        .hasMessage("train.jsonl has no row with a token to train");
  }

  @Test
  void a_missing_data_file_is_named() throws IOException {
    TrainProcess.in(folder, TinyModels.folder("qwen2"), 4, "\"dataset\":\"data/none.jsonl\"");

    assertThat(failure()).hasMessageEndingWith("data/none.jsonl is missing");
  }

  @Test
  void a_broken_base_checkpoint_is_bad_input() throws IOException {
    var model = TinyModels.copy("qwen2", folder.resolve("model"));
    Files.delete(model.resolve("tokenizer.json"));
    TrainProcess.in(folder, model, 4, "\"seed\":1");

    assertThat(failure().code()).isEqualTo("invalid_checkpoint");
  }

  @Test
  void a_tokenizer_larger_than_the_vocabulary_is_bad_input() throws IOException {
    var model = TinyModels.copy("qwen2", folder.resolve("model"));
    var config = model.resolve("config.json");
    Files.writeString(
        config, Files.readString(config).replace("\"vocab_size\": 288", "\"vocab_size\": 2"));
    Files.delete(model.resolve("model.safetensors"));
    NewModel.write(model, 0.02, 1);
    TrainProcess.in(folder, model, 4, "\"seed\":1");

    var failure = failure();

    assertThat(failure.code()).isEqualTo("invalid_checkpoint");
    assertThat(failure).hasMessageContaining("the model has a vocabulary of 2");
  }

  @Test
  void a_row_is_cut_to_the_positions_of_the_model() throws IOException {
    TrainProcess.in(folder, TinyModels.folder("qwen2"), 4, "\"seed\":1");
    Files.writeString(
        folder.resolve("data/train.jsonl"), "{\"text\":\"" + "long ".repeat(400) + "\"}\n");

    TrainingRun.run(folder.resolve("spec.json"), folder, () -> false, _ -> {}, _ -> {});

    assertThat(folder.resolve("result.json"))
        .content()
        .contains("\"truncated_rows\" : 1", "\"trained_tokens\" : 255");
  }

  @Test
  void a_loss_that_is_no_number_stops_with_the_step_and_the_rows() throws IOException {
    TrainProcess.in(
        folder,
        TinyModels.folder("qwen2"),
        4,
        "\"learning_rate\":10,\"warmup_ratio\":0,\"max_grad_norm\":0,\"num_train_epochs\":200,\"adam_epsilon\":1e-300,\"adam_beta2\":0");

    assertThat(failure().code()).isIn("non_finite_loss");
  }
}
