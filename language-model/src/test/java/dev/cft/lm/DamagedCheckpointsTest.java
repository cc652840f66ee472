package dev.cft.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamagedCheckpointsTest {
  @TempDir Path temporary;
  private Path checkpoint;
  private Path weights;

  @BeforeEach
  void copy() {
    checkpoint = TinyModels.copy("qwen2", temporary.resolve("model"));
    weights = checkpoint.resolve("model.safetensors");
  }

  @Test
  void a_sound_checkpoint_is_described() {
    var info = Checkpoints.inspect(checkpoint);

    assertThat(info.parameters()).isEqualTo(27_936);
    assertThat(info.dtype()).isEqualTo("BF16");
    assertThat(info.bytes()).isEqualTo(2 * 27_936);
    assertThat(info.config().architecture()).isEqualTo("Qwen2ForCausalLM");
    assertThat(info.sha256())
        .hasSize(64)
        .isEqualTo(Checkpoints.inspect(TinyModels.folder("qwen2")).sha256());
  }

  @Test
  void truncated_weights_name_the_tensor() throws IOException {
    try (var file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.setLength(file.length() - 10);
    }

    assertFails("model.safetensors: is truncated: tensor model.");
  }

  @Test
  void a_header_length_that_lies_is_refused() throws IOException {
    try (var file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, Long.MAX_VALUE).array());
    }

    assertFails("says its header has 9223372036854775807 bytes, but the file has ");
  }

  @Test
  void an_empty_weights_file_is_refused() throws IOException {
    Files.write(weights, new byte[0]);

    assertFails("model.safetensors: is 0 bytes long, too short");
  }

  @Test
  void a_missing_tensor_is_named() throws IOException {
    rewriteHeader(header -> header.replace("model.norm.weight", "model.morn.weight"));

    assertFails("tensor model.norm.weight is missing");
  }

  @Test
  void a_tensor_too_many_is_named() throws IOException {
    edit(
        "config.json",
        json -> json.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1"));

    assertFails("tensor model.layers.1.");
  }

  @Test
  void a_wrong_shape_is_named_with_both_shapes() throws IOException {
    edit("config.json", json -> json.replace("\"vocab_size\": 288", "\"vocab_size\": 289"));

    assertFails(
        "tensor model.embed_tokens.weight has shape [288, 32], the config asks for [289, 32]");
  }

  @Test
  void an_unsupported_dtype_is_named() throws IOException {
    rewriteHeader(header -> header.replaceFirst("\"BF16\"", "\"I16\" "));

    assertFails("has dtype 'I16'; supported: F32, F16, BF16");
  }

  @Test
  void a_weight_that_is_no_number_is_found_on_loading() throws IOException {
    try (var file = new RandomAccessFile(weights.toFile(), "rw")) {
      file.seek(file.length() - 2);
      file.write(new byte[] {(byte) 0xC0, 0x7F});
    }

    assertThatThrownBy(() -> LanguageModel.load(checkpoint))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model.safetensors: tensor model.")
        .hasMessageContaining("is NaN");
  }

  @Test
  void missing_weights_are_reported() throws IOException {
    Files.delete(weights);

    assertFails(
        "has neither model.safetensors nor model.safetensors.index.json; only safetensors weights are read");
  }

  @Test
  void a_missing_tokenizer_is_reported() throws IOException {
    Files.delete(checkpoint.resolve("tokenizer.json"));

    assertFails("tokenizer.json: the tokenizer is missing");
  }

  @Test
  void a_broken_tokenizer_is_reported() throws IOException {
    Files.writeString(checkpoint.resolve("tokenizer.json"), "{\"model\": 3}");

    assertFails("tokenizer.json: is no tokenizer that can be read");
  }

  @Test
  void a_missing_config_is_reported() throws IOException {
    Files.delete(checkpoint.resolve("config.json"));

    assertFails("config.json: the file is missing");
  }

  @Test
  void an_unknown_architecture_is_reported_with_the_known_ones() throws IOException {
    edit("config.json", json -> json.replace("Qwen2ForCausalLM", "MambaForCausalLM"));

    assertFails(
        "unknown architecture 'MambaForCausalLM'; supported: [LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM]");
  }

  @Test
  void a_config_value_that_cannot_be_is_named() throws IOException {
    edit(
        "config.json",
        json -> json.replace("\"num_key_value_heads\": 2", "\"num_key_value_heads\": 3"));

    assertFails("num_attention_heads 4 is no multiple of num_key_value_heads 3");
  }

  @Test
  void a_sliding_window_is_the_longest_sequence() throws IOException {
    edit(
        "config.json",
        json ->
            json.replace("\"use_sliding_window\": false", "\"use_sliding_window\": true")
                .replace("\"sliding_window\": null", "\"sliding_window\": 64"));

    assertThat(Checkpoints.inspect(checkpoint).config().maxPositions()).isEqualTo(64);
  }

  @Test
  void a_missing_shard_is_named() throws IOException {
    var sharded = TinyModels.copy("qwen2-untied", temporary.resolve("sharded"));
    Files.delete(sharded.resolve("model-00002-of-00003.safetensors"));

    assertThatThrownBy(() -> Checkpoints.inspect(sharded))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("model-00002-of-00003.safetensors: the file is missing");
  }

  @Test
  void a_shard_outside_the_folder_is_refused() throws IOException {
    var sharded = TinyModels.copy("qwen2-untied", temporary.resolve("sharded"));
    var index = sharded.resolve("model.safetensors.index.json");
    Files.writeString(index, Files.readString(index).replace("model-00002", "../model-00002"));

    assertThatThrownBy(() -> Checkpoints.inspect(sharded))
        .hasMessageContaining("not a plain file name");
  }

  @Test
  void no_damaged_byte_does_more_than_a_clear_error() throws IOException {
    var random = new SplittableRandom(7);
    byte[] sound = Files.readAllBytes(weights);
    int header = (int) ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getLong();
    for (int round = 0; round < 300; round++) {
      byte[] damaged = sound.clone();
      damaged[random.nextInt(8 + header)] = (byte) random.nextInt(256);
      Files.write(weights, damaged);
      try {
        WeightFiles.read(checkpoint);
      } catch (CheckpointException e) {
        assertThat(e).hasMessageContaining("model.safetensors");
      }
    }
  }

  @Test
  void a_config_with_absurdly_many_layers_is_refused() throws IOException {
    edit(
        "config.json",
        json -> json.replace("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 2000000000"));

    assertFails("config.json: num_hidden_layers must be at most 1000, got 2000000000");
  }

  /// `-Dcft.fuzz.rounds` asks for more rounds.
  @ParameterizedTest
  @ValueSource(strings = {"config.json", "tokenizer.json", "tokenizer_config.json"})
  void no_damaged_json_does_more_than_a_clear_error(String file) throws IOException {
    var random = new SplittableRandom(5);
    if (file.equals("tokenizer_config.json")) {
      Files.writeString(
          checkpoint.resolve(file),
          "{\"chat_template\":\"{% for m in messages %}{{ m['content'] }}{% endfor %}\",\"bos_token\":{\"content\":\"x\"}}");
    }
    byte[] sound = Files.readAllBytes(checkpoint.resolve(file));
    var marks = "{}[]\",:0-9e.nt ".getBytes(StandardCharsets.US_ASCII);
    for (int round = 0; round < Integer.getInteger("cft.fuzz.rounds", 200); round++) {
      byte[] damaged =
          round % 10 == 0 ? Arrays.copyOf(sound, random.nextInt(sound.length)) : sound.clone();
      for (int i = 0; i < 1 + round % 3 && damaged.length > 0; i++) {
        damaged[random.nextInt(damaged.length)] =
            round % 2 == 0 ? (byte) random.nextInt(256) : marks[random.nextInt(marks.length)];
      }
      Files.write(checkpoint.resolve(file), damaged);
      try {
        Checkpoints.check(checkpoint);
      } catch (CheckpointException e) {
        assertThat(e.getMessage()).contains(checkpoint.getFileName().toString());
      }
    }
  }

  private void assertFails(String message) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoints.inspect(checkpoint))
        .withMessageContaining(message);
  }

  private void edit(String file, UnaryOperator<String> change) throws IOException {
    var path = checkpoint.resolve(file);
    var before = Files.readString(path);
    var after = change.apply(before);
    assertThat(after).isNotEqualTo(before);
    Files.writeString(path, after);
  }

  /// Changes the JSON header without changing its length.
  private void rewriteHeader(UnaryOperator<String> change) throws IOException {
    byte[] bytes = Files.readAllBytes(weights);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header =
        change
            .apply(new String(bytes, 8, length, StandardCharsets.UTF_8))
            .getBytes(StandardCharsets.UTF_8);
    assertThat(header).hasSize(length);
    System.arraycopy(header, 0, bytes, 8, length);
    Files.write(weights, bytes);
  }
}
