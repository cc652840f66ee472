package dev.cft.lm.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cft model`: looks at checkpoints and converts them.
@Command(
    name = "./cft model",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    description = "Looks at checkpoints and converts them; JSON lines on standard output.",
    subcommands = {InspectModel.class, ConvertModel.class, PreviewRows.class, RenderChat.class},
    footer = {"", "Exit codes: 0 done; 42 bad input, with a message; 1 it crashed."})
public final class Model implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  private Model() {}

  /// Exits with 0, 42 for bad input, or 1.
  public static void main(String[] arguments) {
    System.exit(Commands.execute(new Model(), arguments));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
