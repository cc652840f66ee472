package dev.cft.trainer.trainingsets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Outcome;
import dev.cft.store.datasets.Verdict;
import dev.cft.store.specs.FineTuningSpec.Method;
import dev.cft.trainer.trainingsets.Selection.Choice;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SelectionTest {
  private static final DatasetRow CRITIQUED =
      row("1 + 1 ?", "3", "It is 2. Conclusion: wrong [END]", Verdict.WRONG, Outcome.OK);

  @Test
  void critique_trains_the_critique_behind_the_papers_prompt() {
    Choice choice = new Selection(method("critique", null, null)).of(CRITIQUED);

    assertThat(choice)
        .isEqualTo(
            new Choice.Taken(
                TrainingRow.Chat.of(
                    """
                    Please critique whether the following solution to the question is correct.

                    Question:
                    1 + 1 ?

                    Solution:
                    3\
                    """,
                    "It is 2. Conclusion: wrong [END]")));
  }

  @Test
  void a_solution_with_format_characters_is_taken_literally() {
    DatasetRow row = row("100 % of %s ?", "%d", "c", Verdict.RIGHT, Outcome.OK);

    Choice choice = new Selection(method("critique", null, null)).of(row);

    assertThat(choice.toString()).contains("100 % of %s ?").contains("%d");
  }

  @Test
  void critique_leaves_rows_whose_critique_was_rejected() {
    DatasetRow row = row("q", "r", "c", Verdict.UNPARSED, Outcome.rejected("no verdict"));

    Choice choice = new Selection(method("critique", null, null)).of(row);

    assertThat(choice).isEqualTo(new Choice.Left("its critique was rejected or failed"));
  }

  @Test
  void supervised_imitates_the_response_whatever_became_of_its_critique() {
    DatasetRow row = row("q", "r", null, null, Outcome.failed("the teacher timed out"));

    Choice choice = new Selection(method("supervised", null, null)).of(row);

    assertThat(choice).isEqualTo(new Choice.Taken(TrainingRow.Chat.of("q", "r")));
  }

  @Test
  void verified_rows_are_those_judged_right() {
    Choice choice = new Selection(method("supervised", "verified", null)).of(CRITIQUED);

    assertThat(choice).isEqualTo(new Choice.Left("the verdict is not right"));
  }

  @Test
  void the_target_may_be_the_gold_answer() {
    Choice choice = new Selection(method("supervised", null, "answer")).of(CRITIQUED);

    assertThat(choice).isEqualTo(new Choice.Taken(TrainingRow.Chat.of("1 + 1 ?", "2")));
  }

  private static Method method(String type, @Nullable String rows, @Nullable String target) {
    return new Method(type, target, rows, null, null);
  }

  private static DatasetRow row(
      String question,
      String response,
      @Nullable String critique,
      @Nullable Verdict verdict,
      Outcome outcome) {
    return new DatasetRow(0, question, "2", response, critique, verdict, null, null, outcome, null);
  }
}
