package dev.cft.standalone.basemodel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.cft.standalone.problems.ProblemGenerator;
import dev.cft.store.StoreJson;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTokenizerTest {
  private final DemoTokenizer tokenizer = DemoTokenizer.of(texts(2000));

  @Test
  void the_same_texts_make_the_same_tokenizer() {
    assertThat(DemoTokenizer.of(texts(2000)).json()).isEqualTo(tokenizer.json());
  }

  @Test
  void words_digits_and_signs_are_one_token_each() throws Exception {
    try (var read = read()) {
      assertThat(tokens(read, "Step 1 : 12 * 6 = 72 . Step 2"))
          .containsExactly(
              "Step ", "1", " : ", "1", "2", " * ", "6", " = ", "7", "2", " .", " Step ", "2");
    }
  }

  @Test
  void a_solution_has_about_as_many_tokens_as_words_and_digits() throws Exception {
    try (var read = read()) {
      var problem = new ProblemGenerator(1).target();
      var text = DemoTokenizer.turn(problem.question(), problem.solution());
      int words =
          text.replaceAll("\\d", " 1 ").replaceAll("[.?]", " .").strip().split("\\s+").length;

      assertThat(read.encode(text, false, false).getIds().length).isBetween(words - 5, words + 8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tom has 9 boxes of 6 eggs. How many eggs does Tom have now?",
        "Natalia sold 48/2 = <<48/2=24>>24 clips in May.\n#### 72",
        "  two  spaces, a tab\t, ümläut, 漢字, 🙂 and 3.14\n\n",
        "\\boxed{\\frac{1}{2}} costs $18.50 (−5 %)",
        "12 34  5\n6"
      })
  void any_text_comes_back_as_it_was(String text) throws Exception {
    try (var read = read()) {
      long[] ids = read.encode(text, false, false).getIds();

      assertThat(read.decode(ids, true)).isEqualTo(text);
      assertThat(Arrays.stream(ids).boxed())
          .allMatch(id -> id >= DemoTokenizer.SPECIAL.size() && id < tokenizer.size());
    }
  }

  @Test
  void special_tokens_are_recognised_with_and_without_the_space_before_the_end() throws Exception {
    try (var read = read()) {
      assertThat(tokens(read, "<bos><user>How<assistant>right [END]"))
          .isEqualTo(tokens(read, "<bos><user>How<assistant>right[END]"))
          .endsWith("[END]");
    }
  }

  private static List<String> texts(int count) {
    var generator = new ProblemGenerator(1);
    var texts = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      texts.add(generator.target().question());
      texts.add(generator.target().solution());
      texts.add(generator.easy().question());
    }
    return texts;
  }

  private HuggingFaceTokenizer read() throws Exception {
    var json = StoreJson.mapper().writeValueAsBytes(tokenizer.json());
    return HuggingFaceTokenizer.newInstance(
        new ByteArrayInputStream(json),
        Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
  }

  private static List<String> tokens(HuggingFaceTokenizer tokenizer, String text) {
    return Arrays.stream(tokenizer.encode(text, false, false).getIds())
        .mapToObj(id -> tokenizer.decode(new long[] {id}, false))
        .toList();
  }
}
