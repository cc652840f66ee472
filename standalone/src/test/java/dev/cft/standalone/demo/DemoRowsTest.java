package dev.cft.standalone.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoRowsTest {
  @TempDir Path dir;

  @Test
  void a_fifth_of_the_questions_is_held_out_and_the_same_file_is_split_the_same_way()
      throws Exception {
    var file = file(questions(50));

    var rows = DemoRows.of(file, 500);

    assertThat(rows.train()).hasSize(40);
    assertThat(rows.test()).hasSize(10);
    assertThat(DemoRows.of(file, 500)).isEqualTo(rows);
    assertThat(DemoRows.of(file, 4).test()).hasSize(4);
    assertThat(rows.test()).doesNotContainAnyElementsOf(rows.train());
  }

  @Test
  void rows_of_one_question_stay_on_one_side() throws Exception {
    var rows =
        DemoRows.of(
            file(
                IntStream.range(0, 30)
                    .mapToObj(
                        i -> "{\"question\": \"q%d\", \"answer\": \"%d\"}".formatted(i % 3, i))
                    .collect(Collectors.joining("\n"))),
            500);

    assertThat(rows.train()).hasSize(20);
    assertThat(rows.test()).hasSize(1);
    assertThat(rows.train())
        .extracting(DemoRow::question)
        .doesNotContain(rows.test().getFirst().question());
  }

  @Test
  void the_tested_rows_are_uploaded_without_their_responses() throws Exception {
    var rows =
        DemoRows.of(
            file(
                """
                {"question": "a", "answer": 1, "response": "x", "level": 3}
                {"question": "b", "answer": "2", "response": "y"}
                """),
            500);

    assertThat(rows.haveResponses()).isTrue();
    assertThat(rows.ignored()).containsExactly("level");
    assertThat(new String(rows.testFile(), StandardCharsets.UTF_8)).doesNotContain("response");
    assertThat(new String(rows.trainFile(), StandardCharsets.UTF_8)).contains("response");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"question": "a"}                                 | line 1: answer must be a text that is not blank, got nothing
          {"question": "", "answer": "1"}                   | line 1: question must be a text that is not blank, got ""
          {"question": ["a"], "answer": "1"}                | line 1: question must be a text that is not blank, got ["a"]
          {"question": "a", "answer": "1", "response": 3}   | line 1: response must be a text that is not blank, got 3
          [1]                                               | line 1 must be a JSON object
          {"question"                                       | line 1 is no JSON
          {"question": "a", "answer": "1"}                  | has 1 rows; at least 2 are needed
          """)
  void a_bad_row_is_told_by_line_and_field(String line, String complaint) throws Exception {
    var file = file(line);

    assertThatThrownBy(() -> DemoRows.of(file, 500))
        .isInstanceOf(BadRowsException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void responses_in_some_rows_only_are_refused() throws Exception {
    var file =
        file(
            """
            {"question": "a", "answer": "1", "response": "x"}
            {"question": "b", "answer": "2"}
            """);

    assertThatThrownBy(() -> DemoRows.of(file, 500))
        .hasMessageContaining("response is in 1 of 2 rows");
  }

  @Test
  void empty_missing_and_binary_files_are_refused() throws Exception {
    var empty = file("");
    var binary = Files.write(dir.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 1});

    assertThatThrownBy(() -> DemoRows.of(empty, 500)).hasMessageContaining("has 0 rows");
    assertThatThrownBy(() -> DemoRows.of(dir.resolve("none"), 500))
        .hasMessageContaining("there is no file");
    assertThatThrownBy(() -> DemoRows.of(binary, 500)).hasMessageContaining("is not UTF-8");
  }

  @Test
  void the_shipped_problems_are_the_same_every_time_and_keep_test_and_training_apart() {
    var rows = DemoRows.generated(300, 100);

    assertThat(DemoRows.generated(300, 100)).isEqualTo(rows);
    assertThat(questions(rows.train())).doesNotContainAnyElementsOf(questions(rows.test()));
  }

  private static List<String> questions(List<DemoRow> rows) {
    return rows.stream().map(DemoRow::question).toList();
  }

  private static String questions(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "{\"question\": \"q%d\", \"answer\": \"%d\"}".formatted(i, i))
        .collect(Collectors.joining("\n"));
  }

  private Path file(String content) throws IOException {
    return Files.writeString(dir.resolve("rows.jsonl"), content);
  }
}
