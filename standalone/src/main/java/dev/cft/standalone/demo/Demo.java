package dev.cft.standalone.demo;

import dev.cft.standalone.client.PlatformClient;
import dev.cft.standalone.demo.DemoPlan.Hyperparameters;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;

/// The demo from the rows to the table.
public final class Demo {
  /// Longest solution of a shipped problem, with room to ramble.
  private static final int SHIPPED_TOKENS = 80;

  private static final int OWN_TOKENS = 400;

  private final DemoRequest request;
  private final DemoRows rows;
  private final PrintWriter out;

  /// Reads the rows, so that bad ones are told before anything is started.
  ///
  /// @throws BadRowsException naming lines and fields
  public Demo(DemoRequest request, PrintWriter out) {
    this.request = request;
    this.out = out;
    this.rows =
        request.data().isPresent()
            ? DemoRows.of(request.data().get(), request.testProblems())
            : DemoRows.generated(request.questions(), request.testProblems());
    if (!rows.ignored().isEmpty()) {
      out.println("Not used of your rows: " + String.join(", ", rows.ignored()));
    }
  }

  /// Runs the experiment, or goes on with the one that was cut off.
  ///
  /// @param bookmark where its id is kept
  /// @param redraw whether the terminal can go back over its lines
  /// @return whether it succeeded
  public boolean run(PlatformClient platform, Path bookmark, boolean redraw)
      throws InterruptedException {
    long begin = System.nanoTime();
    var run = new DemoRun(platform, rows, plan(), bookmark, out);
    var experiment = run.run(redraw);
    out.println();
    out.println(run.report(experiment.path("id").asString()));
    if (rows.shipped()) {
      out.println(FOOTNOTES);
    }
    var status = experiment.path("status").asString("");
    var error = experiment.path("error").path("message").asString("");
    out.printf(
        "Experiment %s %s after %s%s%n",
        experiment.path("id").asString(),
        status,
        time(Duration.ofNanos(System.nanoTime() - begin)),
        error.isEmpty() ? "" : ": " + error);
    return status.equals("succeeded");
  }

  private DemoPlan plan() {
    return new DemoPlan(
        request.model(),
        request.seeds(),
        Math.min(request.trainRows(), rows.train().size()),
        rows.shipped() ? SHIPPED_TOKENS : OWN_TOKENS,
        rows.shipped() ? Hyperparameters.SHIPPED : Hyperparameters.OWN_ROWS);
  }

  private static String time(Duration duration) {
    return "%d min %02d s".formatted(duration.toMinutes(), duration.toSecondsPart());
  }

  private static final String FOOTNOTES =
      """
      How to read this table:
        - The task is made so that critiques can help: the base model hardly ever saw half of the multiplication facts in its
          pretraining. The test problems are held out; the facts are in every arm's training rows.
        - The recipe of the base model was found by trial, on separate dev problems: three quarters of its second stage are
          critiques. Bases with fewer lost their answers by critique fine-tuning; other seeds differ: docs/experiments.md.
        - Seeds vary the sampled responses and the order of rows, not the base model or the test problems.
        - A model of 0.6 million parameters does not become a judge: see docs/demo.md for its verdicts.
      """;
}
