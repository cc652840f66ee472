package dev.cft.grading.choice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChoiceRuleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "MARKED | The answer is (C). | C",
        "MARKED | Final answer is B | B",
        "MARKED | A. Because B is not valid | A",
        "MARKED | Because B is valid | B",
        "MARKED | so \\boxed{\\text{D}} and not A | D",
        "MARKED | Vitamin J, option **B** | B",
        "MARKED | nothing here | -",
        "FIRST | the answer is A. No, the answer is B | A",
        "FIRST | Answer: B | -",
        "THREE_STEP | Answer: B or answer: C | C",
        "THREE_STEP | maybe B, then D | D",
        "THREE_STEP_GUESS | ? | B",
        "GPQA_AUTHORS | B seems right. The answer is a mix: C | A",
        "GPQA_AUTHORS | (B), later (C) | C",
      })
  void a_letter_is_found_by_its_rule(ChoiceRule rule, String text, String letter) {
    var found = rule.letter(text, 3 + (rule == ChoiceRule.THREE_STEP_GUESS ? 0 : 1));

    assertThat(found.map(String::valueOf).orElse(null)).isEqualTo(letter);
  }

  @Test
  void letters_beyond_the_options_do_not_count() {
    assertThat(ChoiceRule.MARKED.letter("The answer is (J), no, the answer is (B)", 4))
        .contains('B');
  }

  @Test
  void a_long_hostile_text_costs_no_more_than_its_length() {
    var text = "answer: ".repeat(200_000) + " ".repeat(200_000);

    for (var rule : ChoiceRule.values()) {
      assertThat(rule.letter(text, 4))
          .satisfiesAnyOf(
              found -> assertThat(found).isEmpty(), found -> assertThat(found).isPresent());
    }
  }

  @Test
  void unknown_rules_and_counts_are_refused() {
    assertThatThrownBy(() -> ChoiceRule.named("best")).hasMessageContaining("known: marked, first");
    assertThatThrownBy(() -> ChoiceRule.FIRST.letter("A", 11)).hasMessageContaining("1 to 10");
  }
}
