package dev.cft.standalone;

import dev.cft.standalone.demo.BadRowsException;
import dev.cft.standalone.platform.StartException;
import dev.cft.standalone.postgres.PostgresException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The `cft` command line.
///
/// Exit codes: 0 done; 1 it failed; 2 it cannot be done as asked (mistyped option, port taken, data
/// folder in use), and nothing was touched; 130 and 143 stopped by Ctrl-C and SIGTERM, cleanly.
@Command(
    name = "./cft",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    description = "The CFT platform: noisy answers, critiques, training, evaluation, comparison.",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      PipelineCommand.class,
      JobsCommand.class,
      CompareCommand.class,
      DemoBaseCommand.class
    })
public final class Main implements Runnable {
  @CommandLine.Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it before run()
  private CommandLine.Model.CommandSpec spec;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /// The whole command line; tests run it in their own process.
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler((e, _) -> misused(e))
        .setExecutionExceptionHandler((e, command, _) -> failed(e, command));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  private static int misused(ParameterException e) {
    var command = e.getCommandLine();
    var error = command.getErr();
    error.println("cft: " + e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched) {
      Suggestions.of(command, unmatched.getUnmatched().getFirst())
          .ifPresent(name -> error.printf("Did you mean %s?%n", name));
    }
    error.printf("`%s --help` tells what there is.%n", command.getCommandSpec().qualifiedName());
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception e, CommandLine command) {
    var error = command.getErr();
    return switch (e) {
      case StartException refused -> said(error, refused, CommandLine.ExitCode.USAGE);
      case BadRowsException rows -> said(error, rows, CommandLine.ExitCode.USAGE);
      case PostgresException failed -> said(error, failed, CommandLine.ExitCode.SOFTWARE);
      default -> {
        said(error, root(e), CommandLine.ExitCode.SOFTWARE);
        error.println("cft: run it with CFT_TRACE=1 for all details; the log has them too");
        if (System.getenv("CFT_TRACE") != null) {
          e.printStackTrace(error);
        }
        yield CommandLine.ExitCode.SOFTWARE;
      }
    };
  }

  private static int said(PrintWriter error, Throwable cause, int code) {
    var message = cause.getMessage();
    error.println("cft: " + (message == null ? cause.toString() : message));
    return code;
  }

  private static Throwable root(Throwable e) {
    return e.getCause() == null ? e : root(e.getCause());
  }
}
