package dev.cft.grading.instructions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstructionsTest {
  @Test
  void there_are_25_instructions() {
    assertThat(Instructions.ids()).hasSize(25);
  }

  @Test
  void keywords_are_taken_literally() {
    assertThat(followed("keywords:existence", Map.of("keywords", List.of("a.c")), "abc")).isFalse();
    assertThat(followed("keywords:existence", Map.of("keywords", List.of("A.C")), "x a.c"))
        .isTrue();
    assertThat(
            followed(
                "keywords:forbidden_words",
                Map.of("forbidden_words", List.of("cat")),
                "concatenate"))
        .isTrue();
  }

  @Test
  void sentences_are_counted_past_abbreviations() {
    var three = Map.of("num_sentences", 3, "relation", "at least");

    assertThat(followed("length_constraints:number_sentences", three, "Dr. Who came. He left."))
        .isFalse();
    assertThat(
            followed("length_constraints:number_sentences", three, "He came! \"Why?\" She left."))
        .isTrue();
  }

  @Test
  void json_may_stand_in_a_fence() {
    assertThat(followed("detectable_format:json_format", Map.of(), "```json\n{\"a\": 1}\n```"))
        .isTrue();
    assertThat(followed("detectable_format:json_format", Map.of(), "{\"a\": 1} and more"))
        .isFalse();
    assertThat(followed("detectable_format:json_format", Map.of(), "[".repeat(100_000))).isFalse();
  }

  @Test
  void loose_forgives_an_opening_line() {
    var kwargs = Map.of("end_phrase", "Bye.");

    assertThat(Instructions.followed("startend:end_checker", kwargs, "Bye.\nPS", Mode.STRICT))
        .isFalse();
    assertThat(Instructions.followed("startend:end_checker", kwargs, "Bye.\nPS", Mode.LOOSE))
        .isTrue();
  }

  @Test
  void bad_settings_are_named() {
    assertThatThrownBy(() -> followed("no:such", Map.of(), "x"))
        .isInstanceOf(BadInstructionException.class)
        .hasMessageContaining("keywords:existence");
    assertThatThrownBy(
            () -> followed("length_constraints:number_words", Map.of("num_words", "5"), "x"))
        .hasMessageContaining("num_words as a whole number");
  }

  private static boolean followed(String id, Map<String, ?> kwargs, String response) {
    return Instructions.followed(id, kwargs, response, Mode.STRICT);
  }
}
