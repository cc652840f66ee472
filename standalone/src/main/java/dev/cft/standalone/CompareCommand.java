package dev.cft.standalone;

import dev.cft.standalone.platform.StartException;
import dev.cft.store.StoreJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// `cft compare`: two evaluation runs side by side, and a decision where a policy asks for one.
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Compares two completed evaluation runs on the same items.",
    footer = {
      "",
      "Examples:",
      "  ./cft compare evalrun_base evalrun_tuned",
      "  ./cft compare evalrun_base evalrun_tuned --policy gate.json && ./deploy",
      "",
      "A policy is JSON: {\"min_difference\": -0.02, \"confidence\": 0.95, \"min_items\": 100, \"max_error_share\": 0.02}.",
      "",
      "Exit codes: 0 compared, or go; 3 no-go; 4 inconclusive; 1 no platform answers or it refuses;",
      "2 no key, no running platform found, no such policy, or a mistyped option."
    })
final class CompareCommand implements Callable<Integer> {
  private static final int NO_GO = 3;
  private static final int INCONCLUSIVE = 4;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "BASELINE", description = "The run to compare with.")
  @SuppressWarnings("NullAway.Init")
  private String baseline;

  @Parameters(index = "1", paramLabel = "CANDIDATE", description = "The run that is looked at.")
  @SuppressWarnings("NullAway.Init")
  private String candidate;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description = "Decide go, no-go or inconclusive by this policy.")
  private @Nullable Path policy;

  @Option(names = "--json", description = "Print the answer as JSON.")
  private boolean json;

  @Mixin private final PlatformAddress platform = new PlatformAddress();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    var body =
        StoreJson.mapper().createObjectNode().put("baseline", baseline).put("candidate", candidate);
    if (policy != null) {
      body.set("policy", read(policy));
    }
    var client = platform.client();
    var comparison = client.post("/v1/evals/comparisons", body);
    if (json) {
      out.println(comparison.toPrettyString());
    } else {
      show(comparison, out);
    }
    out.flush();
    return switch (comparison.path("gate").path("decision").asString("go")) {
      case "no-go" -> NO_GO;
      case "inconclusive" -> INCONCLUSIVE;
      default -> 0;
    };
  }

  private static JsonNode read(Path file) {
    try {
      return StoreJson.mapper().readTree(Files.readString(file));
    } catch (IOException e) {
      throw new StartException("the policy cannot be read: " + e.getMessage());
    } catch (JacksonException e) {
      throw new StartException("the policy is not JSON: " + e.getOriginalMessage());
    }
  }

  private static void show(JsonNode comparison, PrintWriter out) {
    side("baseline", comparison.path("baseline"), out);
    side("candidate", comparison.path("candidate"), out);
    out.printf(
        Locale.ROOT,
        "difference  %+.2f points [%+.2f, %+.2f] over %d items%n",
        100 * comparison.path("difference").asDouble(),
        100 * comparison.path("ci_low").asDouble(),
        100 * comparison.path("ci_high").asDouble(),
        comparison.path("items").asLong());
    var pairs = comparison.path("pairs");
    if (pairs.isObject()) {
      out.printf(
          Locale.ROOT,
          "flips       %d gained, %d lost, %d right in both, %d wrong in both; McNemar p = %.4g%n",
          pairs.path("only_candidate").asLong(),
          pairs.path("only_baseline").asLong(),
          pairs.path("both_right").asLong(),
          pairs.path("both_wrong").asLong(),
          pairs.path("mcnemar_p").asDouble());
    }
    comparison
        .path("warnings")
        .forEach(warning -> out.println("warning     " + warning.asString()));
    var gate = comparison.path("gate");
    if (gate.isObject()) {
      out.printf("%s: %s%n", gate.path("decision").asString(), gate.path("reason").asString());
    }
  }

  private static void side(String what, JsonNode side, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%-11s %.2f %%  %s  %s%n",
        what,
        100 * side.path("score").asDouble(),
        side.path("run").asString(),
        side.path("model").asString());
  }
}
