package dev.cft.lm.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.lm.CheckpointException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
  @TempDir Path temporary;

  static Path fixture(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(GgufFileTest.class.getResource("/gguf/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void every_type_is_dequantised_bit_for_bit_as_the_gguf_package_does() throws IOException {
    var golden =
        ByteBuffer.wrap(Files.readAllBytes(fixture("types.f32")))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();

    try (var file = GgufFile.open(fixture("types.gguf"))) {
      assertThat(file.tensorNames()).hasSize(GgufType.values().length);
      for (var tensor : file.tensors().values()) {
        var floats = FloatBuffer.allocate(1024);
        file.read(tensor, floats::put);
        var expected = new float[1024];
        golden.get(expected);
        assertThat(floats.array()).as(tensor.name()).isEqualTo(expected);
      }
    }
  }

  @Test
  void a_truncated_file_names_the_tensor() throws IOException {
    byte[] sound = Files.readAllBytes(fixture("types.gguf"));
    var cut = Files.write(temporary.resolve("cut.gguf"), Arrays.copyOf(sound, sound.length - 64));

    assertThatThrownBy(() -> GgufFile.open(cut))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("cut.gguf: is truncated: tensor t.Q6_K");
  }

  @Test
  void what_is_no_gguf_file_and_what_is_missing_is_said() throws IOException {
    var other = Files.write(temporary.resolve("a.gguf"), new byte[100]);

    assertThatThrownBy(() -> GgufFile.open(other)).hasMessageContaining("is no GGUF file");
    assertThatThrownBy(() -> GgufFile.open(temporary.resolve("b.gguf")))
        .hasMessageContaining("b.gguf: the file is missing");
  }

  @Test
  void an_unknown_architecture_is_named_with_the_known_ones() throws IOException {
    byte[] bytes = Files.readAllBytes(fixture("llama.gguf"));
    replace(bytes, "llama", "mamba");
    var file = Files.write(temporary.resolve("m.gguf"), bytes);

    assertThatThrownBy(
            () -> GgufConverter.convert(file, temporary.resolve("out"), Optional.empty()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("unknown architecture 'mamba'; supported: [llama, qwen2, qwen3]");
    assertThat(temporary.resolve("out")).doesNotExist();
  }

  private static void replace(byte[] bytes, String from, String to) {
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    // The value of general.architecture is the first one after its key.
    int at = text.indexOf(from, text.indexOf("general.architecture"));
    System.arraycopy(to.getBytes(StandardCharsets.US_ASCII), 0, bytes, at, from.length());
  }

  /// Every flipped byte and every cut either changes nothing that is checked or ends in an error
  /// that names the file; `-Dcft.fuzz.rounds` asks for more rounds.
  @Test
  void no_damaged_byte_does_more_than_a_clear_error() throws IOException {
    var random = new SplittableRandom(11);
    byte[] sound = Files.readAllBytes(fixture("qwen2.gguf"));
    var damaged = temporary.resolve("damaged.gguf");
    for (int round = 0; round < Integer.getInteger("cft.fuzz.rounds", 300); round++) {
      byte[] bytes =
          round % 5 == 0 ? Arrays.copyOf(sound, random.nextInt(sound.length)) : sound.clone();
      for (int i = 0; i < 1 + round % 3 && bytes.length > 0; i++) {
        // Two thirds of the damage in the header of the metadata, where lengths are.
        int reach = i % 3 == 0 ? bytes.length : Math.min(bytes.length, 1500);
        bytes[random.nextInt(reach)] = (byte) random.nextInt(256);
      }
      Files.write(damaged, bytes);
      var folder = temporary.resolve("out" + round);
      try {
        GgufConverter.convert(damaged, folder, Optional.empty());
      } catch (CheckpointException e) {
        assertThat(e).hasMessageContaining("damaged.gguf");
        assertThat(folder).doesNotExist();
      }
    }
  }
}
