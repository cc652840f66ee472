package dev.cft.grading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.grading.FinalAnswer.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FinalAnswerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Step 1 : 7 * 8 = 56 . #### 56 | 56 | HASHES",
        "#### 5 no wait #### 7 | 5 no wait #### 7 | HASHES",
        "9 * 2 = $<<9*2=18>>18\\nA: 18 | 18 | A_LINE",
        "so \\boxed{\\frac{1}{2}} | \\frac{1}{2} | BOXED",
        "\\boxed{3} and then \\boxed{{4}} | {4} | BOXED",
        "\\boxed{x \\} y} | x \\} y | BOXED",
        "The answer is 18. It was easy. | 18 | ANSWER_IS",
        "The final answer is: 3.5 | 3.5 | ANSWER_IS",
        "Answer: 12 apples | 12 apples | ANSWER_IS",
        "He has 9 - 7 = 2 left. | 2 | LAST_NUMBER",
        "It costs $1,250.50. | $1,250.50 | LAST_NUMBER",
        "It fell to -5 degrees | -5 | LAST_NUMBER",
        "between 5-3 | 3 | LAST_NUMBER",
        "he ate 3/4 of it | 3/4 | LAST_NUMBER",
        "#### 52 [END] | 52 | HASHES",
      })
  void an_answer_is_found_by_its_mark(String text, String answer, Rule rule) {
    var found = FinalAnswer.find(text.replace("\\n", "\n"));

    assertThat(found).contains(new FinalAnswer(answer, rule));
  }

  @Test
  void the_last_of_several_marks_counts() {
    assertThat(FinalAnswer.of("#### 5\nwait\n#### 7")).contains("7");
  }

  @Test
  void an_a_line_that_is_a_whole_solution_marks_no_answer() {
    var found = FinalAnswer.find("A: He has 5 apples and 3 pears, which makes 8.");

    assertThat(found).contains(new FinalAnswer("8", Rule.LAST_NUMBER));
  }

  @Test
  void an_unclosed_box_is_no_answer() {
    assertThat(FinalAnswer.of("so \\boxed{\\frac{a}{")).isEmpty();
  }

  @Test
  void a_text_without_any_number_has_no_answer() {
    assertThat(FinalAnswer.find("I do not know.")).isEmpty();
    assertThat(FinalAnswer.find("")).isEmpty();
    assertThat(FinalAnswer.find("####")).isEmpty();
  }
}
