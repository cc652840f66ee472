package dev.cft.lm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointWriterTest {
  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "qwen2-untied", "llama", "llama3", "qwen3", "mistral"})
  void a_saved_checkpoint_generates_what_the_loaded_one_generated(String family)
      throws IOException {
    var base = TinyModels.folder(family);
    var saved = temporary.resolve("saved");
    try (var decoder = Decoder.load(base)) {
      CheckpointWriter.write(saved, base, decoder, _ -> {});
    }

    assertThat(Checkpoints.inspect(saved).dtype()).isEqualTo("F32");
    assertThat(Checkpoints.inspect(saved).parameters())
        .isEqualTo(Checkpoints.inspect(base).parameters());
    var golden = TinyModels.golden(family);
    try (var model = LanguageModel.load(saved)) {
      var request = GenerationRequest.greedy(TinyModels.ints(golden.path("rows").path(0)), 50);
      var tokens =
          model.generate(List.of(request), new GenerationListener() {}).getFirst().tokens();
      assertThat(tokens)
          .startsWith(java.util.Arrays.copyOf(TinyModels.ints(golden.path("greedy").path(0)), 50));
    }
  }

  @Test
  void a_failure_leaves_no_folder_behind() throws IOException {
    var base = TinyModels.folder("llama");
    try (var decoder = Decoder.load(base)) {
      assertThatThrownBy(() ->
              CheckpointWriter.write(
                  temporary.resolve("saved"),
                  base,
                  decoder,
                  _ -> {
                    throw new IOException("no space");
                  }))
          .hasMessage("no space");
    }

    try (var files = Files.list(temporary)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void a_new_model_is_random_but_the_same_for_the_same_seed() throws IOException {
    var one = newModel("one", 1);
    var again = newModel("again", 1);
    var other = newModel("other", 2);

    assertThat(Checkpoints.inspect(one).parameters()).isEqualTo(27_936);
    assertThat(one.resolve("model.safetensors"))
        .hasSameBinaryContentAs(again.resolve("model.safetensors"));
    assertThat(Files.mismatch(one.resolve("model.safetensors"), other.resolve("model.safetensors")))
        .isNotNegative();
    assertThatThrownBy(() -> NewModel.write(one, 0.02, 3)).isInstanceOf(IOException.class);
  }

  private Path newModel(String name, long seed) throws IOException {
    var folder = TinyModels.copy("qwen2", temporary.resolve(name));
    Files.delete(folder.resolve("model.safetensors"));
    NewModel.write(folder, 0.02, seed);
    return folder;
  }
}
