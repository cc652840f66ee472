package dev.cft.trainer.trainingsets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cft.store.datasets.DatasetRow.Message;
import dev.cft.store.datasets.Verdict;
import dev.cft.trainer.trainingsets.FileRows.FileRow;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileRowsTest {
  @Test
  void a_chat_row_passes_as_it_is() {
    FileRow row =
        FileRows.parse(
            """
            {"messages": [{"role": "user", "content": "1+1?"}, {"role": "assistant", "content": "2"}]}\
            """,
            0);

    assertThat(row)
        .isEqualTo(
            new FileRow.Ready(
                new TrainingRow.Chat(
                    List.of(new Message("user", "1+1?"), new Message("assistant", "2")))));
  }

  @Test
  void an_alpaca_row_joins_instruction_and_input_by_a_line_end() {
    FileRow row =
        FileRows.parse(
            """
            {"instruction": "Critique.", "input": "Question: x", "output": "right"}\
            """,
            0);

    assertThat(row)
        .isEqualTo(new FileRow.Ready(TrainingRow.Chat.of("Critique.\nQuestion: x", "right")));
  }

  @Test
  void a_question_row_is_left_to_the_selection() {
    FileRow row =
        FileRows.parse(
            """
            {"question": "q", "response": "r", "critique": "c", "verdict": "right"}\
            """,
            7);

    assertThat(row)
        .isInstanceOfSatisfying(
            FileRow.Question.class,
            question -> {
              assertThat(question.row().seq()).isEqualTo(7);
              assertThat(question.row().verdict()).isEqualTo(Verdict.RIGHT);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"messages": []} | messages must be a list of one or more messages
          {"messages": [{"role": "user", "content": 3}]} | messages[0].content must be a text, was number
          {"messages": [{"role": "robot", "content": "x"}]} | messages[0].role was "robot"; allowed: system, developer, user, assistant
          {"messages": [{"role": "user", "content": "x"}]} | messages[0].role was 'user'; the last message must be the assistant's
          {"instruction": "x"} | output is missing; it must be a text
          {"question": 5} | question must be a text, was number
          {"question": "q", "verdict": "maybe"} | verdict was 'maybe'; allowed: right, wrong, unparsed
          {"prompt": "x"} | completion is missing; it must be a text
          [1] | is not a JSON object but array
          {"colour": "red"} | has none of the fields messages, instruction, question, prompt, text; it has [colour]
          """)
  void a_malformed_row_is_refused_naming_its_field(String line, String message) {
    assertThatExceptionOfType(MalformedRowException.class)
        .isThrownBy(() -> FileRows.parse(line, 0))
        .withMessage(message);
  }

  @Test
  void a_line_that_is_not_json_is_refused() {
    assertThatExceptionOfType(MalformedRowException.class)
        .isThrownBy(() -> FileRows.parse("{\"messages\": ", 0))
        .withMessageStartingWith("is not JSON: ");
  }
}
