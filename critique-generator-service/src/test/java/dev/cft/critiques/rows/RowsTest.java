package dev.cft.critiques.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Message;
import dev.cft.store.datasets.Verdict;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class RowsTest {
  private static List<DatasetRow> parse(FieldMapping mapping, byte[] content) {
    var rows = new ArrayList<DatasetRow>();
    var parser = new RowParser(mapping);
    try (var raw = RawRows.of(new ByteArrayInputStream(content), RowLimits.USUAL)) {
      raw.forEachRemaining(row -> rows.add(parser.parse(row)));
    }
    return rows;
  }

  private static List<DatasetRow> parse(String content) {
    return parse(FieldMapping.NONE, content.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertRefused(String content, String message) {
    assertThatThrownBy(() -> parse(content))
        .isInstanceOf(RowFormatException.class)
        .hasMessageContaining(message);
  }

  @Nested
  class Shapes {
    @Test
    void platform_rows_keep_what_else_they_have() {
      var row =
          parse(
                  """
                  {"question":"2+2?","answer":4,"response":"5","verdict":"wrong","correct":false,"subject":"sums"}
                  """)
              .getFirst();

      assertThat(row.question()).isEqualTo("2+2?");
      assertThat(row.answer()).isEqualTo("4");
      assertThat(row.verdict()).isEqualTo(Verdict.WRONG);
      assertThat(row.correct()).isFalse();
      assertThat(row.extra()).hasToString("{\"subject\":\"sums\"}");
    }

    @Test
    void chat_rows_keep_their_conversation() {
      var row =
          parse(
                  """
                  {"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"}]}
                  """)
              .getFirst();

      assertThat(row.messages())
          .containsExactly(
              new Message("system", "Be brief."),
              new Message("user", "Hi"),
              new Message("assistant", "Ho"));
      assertThat(row.question()).isNull();
    }

    @Test
    void alpaca_rows_in_the_cft_form_are_told_apart() {
      var row =
          parse(
                  """
                  {"instruction":"Please critique whether the following solution to the question is correct.","input":"Question:\\n2+2?\\n\\nSolution:\\n5","output":"No, 4. Conclusion: wrong [END]"}
                  """)
              .getFirst();

      assertThat(row.question()).isEqualTo("2+2?");
      assertThat(row.response()).isEqualTo("5");
      assertThat(row.critique()).startsWith("No, 4.");
      assertThat(row.verdict()).isEqualTo(Verdict.WRONG);
      assertThat(row.messages()).hasSize(2);
    }

    @Test
    void one_json_array_will_do_and_so_will_a_byte_order_mark_and_blank_lines() {
      assertThat(parse("[{\"question\":\"a\"},\n{\"question\":\"b\"}]")).hasSize(2);
      assertThat(parse("\uFEFF{\"question\":\"a\"}\r\n\n{\"question\":\"b\"}\n\n"))
          .extracting(DatasetRow::seq)
          .containsExactly(0L, 1L);
    }

    @Test
    void fields_are_mapped_also_out_of_nested_objects() {
      var mapping =
          new FieldMapping(
              Map.of("question", "problem", "response", "out.text", "correct", "out.ok"));
      var row =
          parse(
                  mapping,
                  """
                  {"problem":"2+2?","out":{"text":"5","ok":false},"level":3,"other":{"x":1}}
                  """
                      .getBytes(StandardCharsets.UTF_8))
              .getFirst();

      assertThat(row.question()).isEqualTo("2+2?");
      assertThat(row.response()).isEqualTo("5");
      assertThat(row.correct()).isFalse();
      assertThat(row.extra()).hasToString("{\"level\":3}");
    }
  }

  @Nested
  class Refusals_name_line_and_field {
    @Test
    void broken_json() {
      assertRefused("{\"question\":\"a\"}\n{\"question\":\n", "line 2: is not valid JSON");
      assertRefused("[{\"question\":\"a\"}\n{]", "line 1: is not valid JSON");
      assertRefused("{\"question\":\"a\"} x", "line 1: is not valid JSON");
      assertRefused("{\"question\":\"a\",\"question\":\"b\"}", "line 1: is not valid JSON");
      assertRefused("[{\"question\":\"a\"}] x", "line 1");
    }

    @Test
    void a_missing_or_wrong_field() {
      assertRefused("{\"question\":[1]}", "line 1: field 'question' must be text, got an array");
      assertRefused(
          "{\"question\":\"  \"}",
          "line 1: field 'question' must be text that is not blank, got blank text");
      assertRefused(
          "{\"question\":\"a\"}\n{\"question\":\"b\",\"correct\":\"yes\"}",
          "line 2: field 'correct' must be true or false, got text");
      assertRefused(
          "{\"question\":\"a\",\"verdict\":\"maybe\"}",
          "field 'verdict' must be right, wrong or unparsed, got 'maybe'");
      assertRefused("{\"instruction\":\"a\"}", "field 'output' must be text that is not blank");
      assertRefused(
          "{\"question\":\"a\\u0000b\"}", "field 'question' contains the character U+0000");
    }

    @Test
    void a_wrong_conversation() {
      assertRefused("{\"messages\":[]}", "field 'messages' must be an array with at least one");
      assertRefused(
          "{\"messages\":[{\"role\":\"robot\",\"content\":\"x\"}]}",
          "field 'messages[0].role' must be system, user or assistant, got 'robot'");
      assertRefused(
          "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
          "must end with a message of the role assistant");
      assertRefused(
          "{\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"tool_calls\":[]}]}",
          "field 'messages[0].tool_calls' is not supported");
    }

    @Test
    void unknown_rows_and_empty_files() {
      assertRefused("{\"problem\":\"a\"}", "line 1: has the fields [problem]; expected {question");
      assertRefused("[1]", "line 1: must be a JSON object, got a number (1)");
      assertRefused("", "The file holds no rows");
      assertRefused("\n \n", "The file holds no rows");
      assertRefused("[]", "The file holds no rows");
    }

    @Test
    void bytes_that_are_no_utf_8() {
      var bytes =
          "{\"question\":\"a\"}\n{\"question\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);

      assertThatThrownBy(() -> parse(FieldMapping.NONE, bytes))
          .isInstanceOf(RowFormatException.class)
          .hasMessage("line 2: is not valid UTF-8 at byte 14 of the line");
    }

    @Test
    void rows_that_are_too_long_or_too_many() {
      var limits = new RowLimits(DataSize.ofBytes(30), 2);
      var three = "{\"question\":\"a\"}\n".repeat(3).getBytes(StandardCharsets.UTF_8);
      var tooLong = ("{\"question\":\"" + "a".repeat(30) + "\"}").getBytes(StandardCharsets.UTF_8);

      assertThatThrownBy(
              () -> RawRows.of(new ByteArrayInputStream(three), limits).forEachRemaining(row -> {}))
          .hasMessage("line 3: the file has more than 2 rows");
      assertThatThrownBy(() -> RawRows.of(new ByteArrayInputStream(tooLong), limits))
          .hasMessage("line 1: is longer than the 30 bytes that a row may have");
    }
  }

  @Test
  void an_unknown_target_cannot_be_mapped() {
    assertThatThrownBy(() -> new FieldMapping(Map.of("quest", "problem")))
        .hasMessageContaining("'quest' is no field of a dataset row; allowed: [question,");
  }
}
