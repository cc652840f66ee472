package dev.cft.grading.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands as a shell runs them: a process, bytes in, bytes out.
class CommandsTest {
  @TempDir Path folder;

  private record Result(int exitCode, List<String> out, String err) {}

  @Test
  void each_line_gets_its_answer_or_its_error_in_order() throws Exception {
    var result =
        run(
            """
            {"gold":"1/2","prediction":"\\\\boxed{0.5}"}
            no json

            {"gold":"1"}
            {"gold":"1","prediction":"1","options":{"precison":3}}
            {"gold":"1","prediction":"1","options":{"match_types":"expr"}}
            {"gold":"3.14","prediction":"\\\\boxed{3.1416}","options":{"precision":2}}
            {"gold":"x","prediction":""}
            {"gold":"\\\\int_0^1 x dx","prediction":"\\\\boxed{\\\\frac12}"}
            """,
            "grade",
            "--grader",
            "robust");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .satisfiesExactly(
            line -> assertThat(line).startsWith("{\"verdict\":\"correct\""),
            line -> assertThat(line).startsWith("{\"error\":\"line 2: no JSON"),
            line -> assertThat(line).isEqualTo("{\"error\":\"line 3: a JSON object is expected\"}"),
            line ->
                assertThat(line).isEqualTo("{\"error\":\"line 4: 'prediction' must be a string\"}"),
            line -> assertThat(line).contains("line 5: unknown option 'precison'; known: "),
            line -> assertThat(line).contains("a list of latex, expr and string is allowed"),
            line -> assertThat(line).startsWith("{\"verdict\":\"correct\""),
            line -> assertThat(line).startsWith("{\"verdict\":\"incorrect\""),
            line -> assertThat(line).contains("\"correct\"", "by computer algebra"));
  }

  @Test
  void binary_and_endless_lines_do_not_stop_the_rest() throws Exception {
    var lines = "\u0000\u0001\ufffd\n" + "x".repeat(4_100_000) + "\n{\"text\":\"answer is (B)\"}";

    var result = run(lines, "grade", "--choice");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out()).hasSize(3);
    assertThat(result.out().get(1))
        .isEqualTo("{\"error\":\"line 2: it has more than 4000000 characters\"}");
    assertThat(result.out().getLast()).isEqualTo("{\"letter\":\"B\"}");
  }

  @Test
  void nothing_in_is_nothing_out_and_a_mistyped_option_says_so() throws Exception {
    var empty = run("", "grade");

    assertThat(empty.exitCode()).isZero();
    assertThat(empty.out()).isEmpty();
    var mistyped = run("", "grade", "--grader", "sympy");

    assertThat(mistyped.exitCode()).isEqualTo(2);
    assertThat(mistyped.err()).contains("unknown grader 'sympy'; known: [exact@1, ");
  }

  @Test
  void instructions_are_checked_line_by_line() throws Exception {
    var result =
        run(
            """
            {"instruction_id":"punctuation:no_comma","kwargs":{},"response":"a, b"}
            {"instruction_id":"punctuation:no_dot","response":"a"}
            {"instruction_id":"combination:repeat_prompt","response":"Say it. It.","prompt":"Say it."}
            """,
            "check-instructions");

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out().getFirst()).isEqualTo("{\"followed\":false}");
    assertThat(result.out().get(1))
        .startsWith("{\"error\":\"line 2: unknown instruction 'punctuation:no_dot'; known: ");
    assertThat(result.out().getLast()).isEqualTo("{\"followed\":true}");
  }

  private Result run(String in, String... arguments) throws IOException, InterruptedException {
    var input = Files.writeString(folder.resolve("in"), in);
    var out = folder.resolve("out");
    var err = folder.resolve("err");
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command)
            .redirectInput(input.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    var code = builder.start().waitFor();
    return new Result(
        code,
        Files.readAllLines(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
