package dev.cft.critiques.arithmetic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ArithmeticCriticTest {
  private final ArithmeticCritic critic = new ArithmeticCritic();

  @Nested
  class Against_gold_in_numbered_steps {
    private static final String GOLD =
        "Step 1 : 9 * 6 = 54 . Step 2 : 54 - 7 = 47 . Step 3 : 47 + 5 = 52 . #### 52";

    @Test
    void the_right_solution_is_confirmed_step_by_step() {
      assertThat(critic.critique(GOLD, GOLD))
          .isEqualTo(
              "Step 1 : 9 * 6 = 54 . right Step 2 : 54 - 7 = 47 . right Step 3 : 47 + 5 = 52 . right"
                  + " Conclusion : right [END]");
    }

    @Test
    void a_wrong_step_is_recomputed_and_so_are_those_that_follow_from_it() {
      var response = "Step 1 : 9 * 6 = 56 . Step 2 : 56 - 7 = 49 . Step 3 : 49 + 5 = 54 . #### 54";

      assertThat(critic.critique(response, GOLD))
          .isEqualTo(
              "Step 1 : 9 * 6 = 54 , not 56 . wrong Step 2 : 54 - 7 = 47 , not 49 . wrong"
                  + " Step 3 : 47 + 5 = 52 , not 54 . wrong Conclusion : wrong [END]");
    }

    @Test
    void a_step_with_the_right_result_of_wrong_operands_is_wrong() {
      var response = "Step 1 : 9 * 6 = 54 . Step 2 : 53 - 6 = 47 . Step 3 : 47 + 5 = 52 . #### 52";

      assertThat(critic.critique(response, GOLD))
          .contains("Step 2 : 54 - 7 = 47 , not 53 - 6 = 47 . wrong")
          .endsWith("Conclusion : right [END]");
    }

    @Test
    void a_missing_step_and_a_missing_answer_are_wrong() {
      assertThat(critic.critique("Step 1 : 9 * 6 = 54 . Step 2 : 54 - 7", GOLD))
          .isEqualTo(
              "Step 1 : 9 * 6 = 54 . right Step 2 : 54 - 7 = 47 . wrong"
                  + " Step 3 : 47 + 5 = 52 . wrong Conclusion : wrong [END]");
    }

    @Test
    void the_critique_is_set_as_the_solution_is() {
      var gold = "Step 1: 9 * 6 = 54.\nStep 2: 54 - 7 = 47.\n#### 47";
      var response = "Step 1: 9 * 6 = 54.\nStep 2: 54 - 7 = 46.\n#### 46";

      assertThat(critic.critique(response, gold))
          .isEqualTo(
              "Step 1: 9 * 6 = 54. right\nStep 2: 54 - 7 = 47, not 46. wrong\nConclusion: wrong [END]");
    }
  }

  @Nested
  class Of_free_text {
    private static final String GOLD =
        "Janet sells 16 - 3 - 4 = <<16-3-4=9>>9 eggs a day.\nShe makes 9 * 2 = $<<9*2=18>>18.\n#### 18";

    @Test
    void a_wrong_answer_without_a_wrong_equation_is_found_by_gold() {
      var response =
          "She has 16 - 3 = <<16-3=13>>13 eggs left\nShe makes 13 * 2 = $<<13*2=26>>26\nA: 26";

      assertThat(critic.critique(response, GOLD))
          .isEqualTo(
              """
              Step 1: 16 - 3 = 13. right
              Step 2: 13 * 2 = 26. right
              The final answer is 26, but it should be 18.
              A right solution: 16 - 3 - 4 = 9; 9 * 2 = 18.
              Conclusion: wrong [END]\
              """);
    }

    @Test
    void a_right_answer_is_right_even_where_an_equation_is_not() {
      assertThat(critic.critique("16 - 3 - 4 = 8, so 9 * 2 = 18\nA: 18", GOLD))
          .contains("Step 1: 16 - 3 - 4 = 9, not 8. wrong")
          .endsWith("Conclusion: right [END]");
    }

    @Test
    void a_solution_without_an_answer_is_wrong() {
      assertThat(critic.critique("I cannot say.", "18"))
          .isEqualTo("The solution states no final answer.\nConclusion: wrong [END]");
    }
  }

  @Nested
  class Without_gold {
    @Test
    void only_the_arithmetic_is_judged_and_it_says_so() {
      assertThat(critic.critique("16 - 3 = 13\nA: 13", null))
          .isEqualTo(
              """
              Step 1: 16 - 3 = 13. right
              Only the arithmetic was checked, not whether the steps answer the question.
              Conclusion: right [END]\
              """);
      assertThat(critic.critique("16 - 3 = 12\nA: 12", null))
          .contains("Step 1: 16 - 3 = 13, not 12. wrong")
          .endsWith("Conclusion: wrong [END]");
    }

    @Test
    void nothing_is_concluded_from_nothing() {
      assertThat(critic.critique("The answer is blue.", null))
          .endsWith("Conclusion: undecided [END]");
    }
  }
}
