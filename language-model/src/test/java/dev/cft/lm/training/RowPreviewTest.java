package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.lm.ChatTemplate;
import dev.cft.lm.TinyModels;
import dev.cft.lm.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RowPreviewTest {
  private static List<RowPreview.Piece> preview(String line, boolean trainOnPrompt) {
    var model = TinyModels.folder("qwen2");
    try (var tokenizer = Tokenizer.load(model)) {
      var settings = new RowPreview.Settings(2048, Optional.of("Be exact."), trainOnPrompt);
      return RowPreview.of(line, settings, tokenizer, ChatTemplate.load(model));
    }
  }

  private static String text(List<RowPreview.Piece> pieces, boolean trained) {
    return pieces.stream()
        .filter(piece -> piece.trained() == trained)
        .map(RowPreview.Piece::text)
        .collect(Collectors.joining());
  }

  @Test
  void only_the_last_answer_and_its_end_are_trained() {
    var pieces =
        preview(
            """
            {"messages":[{"role":"user","content":"1+1?"},{"role":"assistant","content":"2"},{"role":"user","content":"2+2?"},{"role":"assistant","content":"4"}]}
            """,
            false);

    assertThat(text(pieces, true)).isEqualTo("4<|im_end|>\n");
    assertThat(text(pieces, false))
        .isEqualTo(
            "<|im_start|>system\nBe exact.<|im_end|>\n<|im_start|>user\n1+1?<|im_end|>\n<|im_start|>assistant\n2<|im_end|>\n<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n");
  }

  @Test
  void with_train_on_prompt_all_but_the_first_token_is_trained() {
    var pieces = preview("{\"prompt\":\"What is \",\"completion\":\"this?\"}", true);

    assertThat(pieces.getFirst().trained()).isFalse();
    assertThat(pieces.subList(1, pieces.size())).allMatch(RowPreview.Piece::trained);
  }

  @Test
  void a_wrong_row_is_refused_as_training_would_refuse_it() {
    assertThatThrownBy(() -> preview("{\"txt\":1}", false))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("has none of 'messages'");
  }
}
