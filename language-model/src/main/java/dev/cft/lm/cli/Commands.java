package dev.cft.lm.cli;

import dev.cft.lm.CheckpointException;
import dev.cft.lm.hub.HubException;
import dev.cft.lm.torch.DeviceException;
import dev.cft.lm.training.BadInputException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;

/// How a command of this module runs: JSON lines on standard output and nothing else there,
/// messages on standard error, exit code 42 for input that no repetition makes right.
final class Commands {
  private static final int CRASHED = 1;
  private static final int BAD_INPUT = 42;

  private Commands() {}

  /// Parses the arguments and runs the command, which is annotated for picocli.
  static int execute(Object command, String... arguments) {
    // A logging library may write to standard output, which belongs to the answers.
    System.setOut(System.err);
    return new CommandLine(command)
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(new PrintWriter(standardOutput(), true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler((e, _) -> {
          e.getCommandLine().getErr().println(e.getMessage());
          e.getCommandLine().getErr().println("--help tells the options.");
          return BAD_INPUT;
        })
        .setExecutionExceptionHandler((e, line, _) -> failed(e, line.getErr()))
        .execute(arguments);
  }

  /// The process's own standard output, whatever `System.out` is now.
  static PrintStream standardOutput() {
    return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  }

  private static int failed(Exception e, PrintWriter err) {
    switch (e) {
      case NoSuchFileException missing ->
          err.println("there is no file or folder " + missing.getFile());
      case FileAlreadyExistsException there -> err.println(there.getFile());
      case IllegalArgumentException _,
          CheckpointException _,
          BadInputException _,
          HubException _,
          DeviceException _,
          IOException _ ->
          err.println(e.getMessage());
      default -> {
        e.printStackTrace(err);
        return CRASHED;
      }
    }
    return BAD_INPUT;
  }
}
