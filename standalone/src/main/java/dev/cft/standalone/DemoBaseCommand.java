package dev.cft.standalone;

import dev.cft.standalone.basemodel.BaseModelBuilder;
import dev.cft.standalone.basemodel.DevTrial;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cft demo-base`: the base model of the demo, from nothing.
@Command(
    name = "demo-base",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Rebuilds the demo's base model: makes its tokenizer and corpus and runs the platform's own trainer on them, about ten minutes on one core.",
      "The same seed makes the same corpus and first weights. The demo uses the model in models/cft-demo-base."
    },
    footer = {
      "",
      "Examples:",
      "  ./cft demo-base --out my-base",
      "  ./cft demo-base --out other-base --seed 2 --trial 1 --trial 2",
      "  ./cft demo-base --out my-base --only-trial --trial 1",
      "",
      "Exit codes: 1 the trainer failed; 2 the folder exists, or a mistyped option."
    })
final class DemoBaseCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the checkpoint; must not exist.")
  @SuppressWarnings("NullAway.Init")
  private Path out;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "Of the corpus and the first weights. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "Folder for corpus, logs and the stages' checkpoints. Default: a temporary one.")
  private @Nullable Path work;

  @Option(
      names = "--trial",
      paramLabel = "SEED",
      description =
          "Then train the demo's arms with this seed and score them on the dev problems; may be repeated.")
  private List<Long> trials = new ArrayList<>();

  @Option(
      names = "--learning-rate",
      defaultValue = "3e-4",
      paramLabel = "RATE",
      description = "Of the trials. Default: ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(names = "--only-trial", description = "Do not build: try the checkpoint in --out.")
  private boolean onlyTrial;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter terminal = spec.commandLine().getOut();
    if (Files.exists(out) != onlyTrial) {
      throw new ParameterException(
          spec.commandLine(),
          onlyTrial ? out + " does not exist" : out + " exists: name another folder with --out");
    }
    var scratch = work == null ? Files.createTempDirectory("cft-demo-base") : work;
    if (!onlyTrial) {
      new BaseModelBuilder(scratch.toAbsolutePath(), seed, terminal::println)
          .build(out.toAbsolutePath());
      terminal.println("Checkpoint in " + out + "; corpus and logs in " + scratch);
    }
    var trial = new DevTrial(out.toAbsolutePath(), scratch.toAbsolutePath(), terminal::println);
    terminal.printf("Base on the dev problems: %.1f %%%n", trial.baseAccuracy());
    for (long each : trials) {
      trial.run(each, learningRate);
    }
    return 0;
  }
}
