package dev.cft.standalone;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `cft up`: the platform, until it is told to stop.
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts the platform and keeps it running until Ctrl-C.",
      "The first start makes an operator key, prints it once and keeps it in DIR/operator.key. The next start finds all jobs, files and models again; a job that was running continues."
    },
    footer = {
      "",
      "Examples:",
      "  ./cft up",
      "  ./cft up --port 9000 --data-dir ~/cft-data",
      "  CFT_DATABASE_PASSWORD=… ./cft up --database-url jdbc:postgresql://db:5432/cft",
      "",
      "Exit codes: 1 it failed; 2 port taken, data folder in use or mistyped option; 130 and 143 stopped by Ctrl-C and SIGTERM."
    })
final class UpCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Mixin private final DataOptions data = new DataOptions();
  @Mixin private final ServerOptions server = new ServerOptions();

  @Override
  public Integer call() throws InterruptedException {
    var out = spec.commandLine().getOut();
    var folder = data.folder();
    try (var session = new Session(server.platform(folder), out)) {
      banner(out, session);
      out.printf("  Stop      Ctrl-C%n");
      out.flush();
      session.await();
    }
    return 0;
  }

  private void banner(PrintWriter out, Session session) {
    var access = session.access();
    var folder = data.folder();
    out.printf("Ready in %.1f s%n", access.startedIn().toMillis() / 1000.0);
    out.printf("  API       %s/v1%n", access.address());
    out.printf("  API docs  %s/swagger-ui.html%n", access.address());
    out.printf(
        "  Console   %s/%s%n", access.address(), access.firstStart() ? "#key=" + access.key() : "");
    out.printf("  Key       %s%n", folder.operatorKey());
    if (access.firstStart()) {
      out.printf("            %s  (printed this once)%n", access.key());
    }
    out.printf("  Log       %s%n", folder.log());
  }
}
