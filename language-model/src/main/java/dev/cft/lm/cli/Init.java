package dev.cft.lm.cli;

import dev.cft.lm.CheckpointException;
import dev.cft.lm.Checkpoints;
import dev.cft.lm.NewModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Gives a folder with `config.json` and a tokenizer random weights: `Init --model DIR [--deviation
/// 0.02] [--seed 0]`.
public final class Init {
  private static final int BAD_INPUT = 42;

  private Init() {}

  /// Exits with 0, or 42 for input that no repetition makes right.
  public static void main(String[] arguments) {
    try {
      var options = new Options(arguments, List.of("model", "deviation", "seed"));
      var folder = Path.of(options.require("model"));
      double deviation = Double.parseDouble(options.get("deviation").orElse("0.02"));
      NewModel.write(folder, deviation, Long.parseLong(options.get("seed").orElse("0")));
      System.err.println(
          folder + " has " + Checkpoints.inspect(folder).parameters() + " parameters");
    } catch (IllegalArgumentException | CheckpointException | IOException e) {
      System.err.println(e.getMessage());
      System.exit(BAD_INPUT);
    }
  }
}
