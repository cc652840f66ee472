package dev.cft.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  @TempDir Path dir;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"demo", "up", "pipeline", "jobs", "demo-base"})
  void every_command_has_help_with_examples_and_exit_codes(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString())
        .contains("Usage: ./cft " + command)
        .contains("Examples:")
        .contains("Exit codes:");
  }

  @Test
  void a_mistyped_option_is_answered_with_the_right_one() {
    assertThat(run("up", "--prot", "9000")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--prot")
        .contains("Did you mean --port?")
        .contains("--help");
  }

  @Test
  void a_value_of_the_wrong_type_names_option_and_value() {
    assertThat(run("up", "--port", "eighty")).isEqualTo(2);
    assertThat(err.toString()).contains("--port").contains("eighty");
  }

  @Test
  void an_unknown_command_is_refused() {
    assertThat(run("dmeo")).isEqualTo(2);
    assertThat(err.toString()).contains("dmeo").contains("Did you mean demo?");
  }

  @Test
  void a_port_outside_the_range_is_refused() {
    assertThat(run("up", "--port", "70000", "--data-dir", dir.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("--port must be from 0 to 65535, got 70000");
  }

  @Test
  void a_taken_port_is_named_with_what_to_do_and_nothing_is_started() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = Integer.toString(taken.getLocalPort());
      var home = dir.resolve("home");

      assertThat(run("up", "--port", port, "--data-dir", home.toString())).isEqualTo(2);

      assertThat(err.toString())
          .contains("port " + port)
          .contains("--port")
          .contains("nothing was started");
      assertThat(home.resolve("postgres")).doesNotExist();
    }
  }

  @Test
  void bad_rows_of_a_demo_are_told_by_line_and_field_before_anything_starts() throws Exception {
    var file = dir.resolve("rows.jsonl");
    Files.writeString(
        file,
        """
        {"question": "1 + 1?", "answer": "2"}
        {"question": "1 + 2?"}
        {"question": "1 + 3?", "answer":
        """);
    var home = dir.resolve("home");

    assertThat(run("demo", "--data", file.toString(), "--data-dir", home.toString())).isEqualTo(2);

    assertThat(err.toString())
        .contains("line 2: answer must be a text that is not blank, got nothing")
        .contains("line 3 is no JSON");
    assertThat(home).doesNotExist();
  }

  @Test
  void jobs_without_a_platform_say_how_to_start_one() {
    assertThat(run("jobs", "--data-dir", dir.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("./cft up");
  }

  private int run(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }
}
