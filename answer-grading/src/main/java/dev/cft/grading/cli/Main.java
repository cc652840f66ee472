package dev.cft.grading.cli;

import java.util.Arrays;
import picocli.CommandLine;

/// Starts `grade` or `check-instructions`, the first argument, without anything else of the
/// platform on the way.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    var name = arguments.length == 0 ? "" : arguments[0];
    var command =
        switch (name) {
          case "grade" -> new GradeCommand();
          case "check-instructions" -> new CheckInstructionsCommand();
          default ->
              throw new IllegalArgumentException(
                  "grade or check-instructions, not '%s'".formatted(name));
        };
    // A logging library's remarks belong to nobody's answers.
    System.exit(
        new CommandLine(command)
            .setUsageHelpAutoWidth(true)
            .execute(Arrays.copyOfRange(arguments, 1, arguments.length)));
  }
}
