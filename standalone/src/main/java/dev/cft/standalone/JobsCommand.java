package dev.cft.standalone;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `cft jobs`: what a running platform does.
@Command(
    name = "jobs",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Lists the jobs of a running platform, newest first.",
    footer = {
      "",
      "Examples:",
      "  ./cft jobs",
      "  ./cft jobs --watch --kind fine_tuning",
      "  CFT_API_KEY=sk-cft-… ./cft jobs --url http://gpu-box:8080",
      "",
      "Exit codes: 1 no platform answers; 2 no key, no running platform found, or a mistyped option."
    })
final class JobsCommand implements Callable<Integer> {
  private static final int INTERVAL_MILLIS = 2000;
  private static final String ROW = "%-34s %-12s %-10s %-22s %8s  %s%n";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "Only dataset, responses, critiques, fine_tuning, evaluation or experiment.")
  private @Nullable String kind;

  @Option(
      names = "--limit",
      defaultValue = "20",
      paramLabel = "N",
      description = "At most so many. Default: ${DEFAULT-VALUE}.")
  private int limit;

  @Option(names = "--watch", description = "Show them again every two seconds, until Ctrl-C.")
  private boolean watch;

  @Mixin private final PlatformAddress platform = new PlatformAddress();

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    var client = platform.client();
    do {
      var jobs = client.get(path());
      if (watch) {
        out.print("\033[H\033[2J");
      }
      show(jobs, out);
      out.flush();
      if (watch) {
        Thread.sleep(INTERVAL_MILLIS);
      }
    } while (watch);
    return 0;
  }

  private String path() {
    var filter = kind == null ? "" : "&kind=" + URLEncoder.encode(kind, StandardCharsets.UTF_8);
    return "/v1/jobs?limit=" + limit + filter;
  }

  private static void show(JsonNode jobs, PrintWriter out) {
    if (jobs.path("data").isEmpty()) {
      out.println("No jobs");
      return;
    }
    out.printf(ROW, "id", "kind", "status", "progress", "left", "stage");
    for (var job : jobs.path("data")) {
      out.printf(
          ROW,
          job.path("id").asString(""),
          job.path("kind").asString(""),
          job.path("status").asString(""),
          progress(job.path("progress")),
          remaining(job),
          told(job));
    }
  }

  private static String progress(JsonNode progress) {
    long total = progress.path("total").asLong(0);
    return total == 0
        ? ""
        : "%d of %d %s"
            .formatted(progress.path("done").asLong(), total, progress.path("unit").asString(""));
  }

  private static String remaining(JsonNode job) {
    var seconds = job.path("remaining_seconds");
    return seconds.isNumber()
        ? "%d:%02d".formatted(seconds.asLong() / 60, seconds.asLong() % 60)
        : "";
  }

  private static String told(JsonNode job) {
    var error = job.path("error").path("message").asString("");
    return error.isEmpty() ? job.path("stage").asString("") : error;
  }
}
