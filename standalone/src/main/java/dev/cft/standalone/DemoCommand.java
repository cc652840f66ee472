package dev.cft.standalone;

import dev.cft.standalone.client.PlatformClient;
import dev.cft.standalone.demo.Demo;
import dev.cft.standalone.demo.DemoRequest;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cft demo`: the whole method, compared with its rivals.
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs the whole method and compares its arms: noisy responses sampled from a model, critiques by the built-in teacher, fine-tuning on the responses, on the right ones, and on the critiques, then a test of all of them and of the untrained base.",
      "A demo that was cut off, however, is continued by the next one with the same options; one that has ended begins anew."
    },
    footer = {
      "",
      "Examples:",
      "  ./cft demo",
      "  ./cft demo --seeds 1 --keep",
      "  ./cft demo --data my-rows.jsonl        one {\"question\": …, \"answer\": …} a line, optionally with \"response\"",
      "  ./cft demo --url http://localhost:8080 on a platform that runs already",
      "",
      "Exit codes: 1 the experiment failed; 2 bad rows, port taken, data folder in use or mistyped option; 130 and 143 stopped by Ctrl-C and SIGTERM."
    })
final class DemoCommand implements Callable<Integer> {
  /// The arms of one seed; more would not be ready at the same time.
  private static final int MOST_TRAININGS = 3;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description =
          "Your own rows as JSONL; a fifth of the questions, at most --test-problems, is held out to test on.")
  private @Nullable Path data;

  @Option(
      names = "--seeds",
      defaultValue = "3",
      paramLabel = "N",
      description = "Replicates of the whole experiment. Default: ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(
      names = "--questions",
      defaultValue = "2500",
      paramLabel = "N",
      description = "Shipped problems to sample a response to. Default: ${DEFAULT-VALUE}.")
  private int questions;

  @Option(
      names = "--train-rows",
      defaultValue = "1000",
      paramLabel = "N",
      description = "Rows of each trained arm. Default: ${DEFAULT-VALUE}.")
  private int trainRows;

  @Option(
      names = "--test-problems",
      defaultValue = "500",
      paramLabel = "N",
      description = "Problems to test on, at most 500. Default: ${DEFAULT-VALUE}.")
  private int testProblems;

  @Option(names = "--keep", description = "Leave the platform running afterwards, until Ctrl-C.")
  private boolean keep;

  @Mixin private final BaseModelOption model = new BaseModelOption();
  @Mixin private final PlatformAddress address = new PlatformAddress();
  @Mixin private final ServerOptions server = new ServerOptions();

  @Override
  public Integer call() throws InterruptedException, IOException {
    PrintWriter out = spec.commandLine().getOut();
    check("--seeds", seeds, 20);
    check("--questions", questions, 20_000);
    check("--train-rows", trainRows, 100_000);
    check("--test-problems", testProblems, 500);
    var demo =
        new Demo(
            new DemoRequest(
                Optional.ofNullable(data), model.name(), seeds, questions, trainRows, testProblems),
            out);
    var running = address.named();
    return running.isPresent() ? onRunning(demo, running.get()) : onOwnPlatform(demo, out);
  }

  private int onOwnPlatform(Demo demo, PrintWriter out) throws InterruptedException {
    var place = address.folderOr("demo");
    try (var session = new Session(server.platform(place, smallModels()), out)) {
      var access = session.access();
      out.printf("Ready in %.1f s%n", access.startedIn().toMillis() / 1000.0);
      out.printf(
          "  API       %s/v1, docs %s/swagger-ui.html%n", access.address(), access.address());
      out.printf("  Console   %s/#key=%s%n", access.address(), access.key());
      var client = new PlatformClient(access.address(), access.key());
      boolean succeeded = demo.run(client, place.path().resolve("demo.json"), redraws());
      if (keep) {
        out.printf("The platform stays at %s until Ctrl-C%n", access.address());
        session.await();
      }
      out.printf("To look around: ./cft up --data-dir %s%n", place.path());
      return succeeded ? 0 : 1;
    }
  }

  /// A model this small trains no faster on two threads than on one: a process for each core.
  private static List<String> smallModels() {
    int cores = Runtime.getRuntime().availableProcessors();
    return List.of(
        "cft.trainer.local.slots=" + Math.min(MOST_TRAININGS, cores),
        "cft.trainer.local.threads=1");
  }

  private int onRunning(Demo demo, PlatformClient platform)
      throws InterruptedException, IOException {
    var home = Files.createDirectories(address.folder().path());
    return demo.run(platform, home.resolve("demo.json"), redraws()) ? 0 : 1;
  }

  private static boolean redraws() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent()
        && !"dumb".equals(System.getenv("TERM"));
  }

  private void check(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new ParameterException(
          spec.commandLine(), "%s must be from 1 to %d, got %d".formatted(option, most, value));
    }
  }
}
