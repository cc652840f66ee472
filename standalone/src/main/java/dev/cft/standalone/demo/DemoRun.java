package dev.cft.standalone.demo;

import dev.cft.standalone.client.PlatformClient;
import dev.cft.standalone.client.RequestRefusedException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Runs the demo's experiment on a platform and tells how it goes. One that was cut off is
/// continued.
final class DemoRun {
  private static final Set<String> ENDED = Set.of("succeeded", "failed", "cancelled");
  private static final Duration POLL = Duration.ofMillis(700);

  private final PlatformClient platform;
  private final DemoRows rows;
  private final DemoPlan plan;
  private final Path bookmark;
  private final PrintWriter out;

  /// @param bookmark where the experiment's id is kept between runs
  DemoRun(PlatformClient platform, DemoRows rows, DemoPlan plan, Path bookmark, PrintWriter out) {
    this.platform = platform;
    this.rows = rows;
    this.plan = plan;
    this.bookmark = bookmark;
    this.out = out;
  }

  /// The experiment when it has ended.
  JsonNode run(boolean redraw) throws InterruptedException {
    var id = unfinished().orElseGet(this::begin);
    long begin = System.nanoTime();
    var board = new Board(out, redraw);
    while (true) {
      var experiment = platform.get("/v1/experiments/" + id);
      board.show(experiment, Duration.ofNanos(System.nanoTime() - begin));
      if (ENDED.contains(experiment.path("status").asString(""))) {
        return experiment;
      }
      Thread.sleep(POLL);
    }
  }

  /// The comparison as a table.
  String report(String experiment) {
    return platform.text("/v1/experiments/" + experiment + "/report?format=text");
  }

  private Optional<String> unfinished() {
    return Bookmark.read(bookmark)
        .filter(last -> last.request().equals(fingerprint()))
        .map(Bookmark::experiment)
        .filter(this::isUnfinished)
        .map(id -> {
          out.println("Going on with experiment " + id + ", which was cut off");
          return id;
        });
  }

  private boolean isUnfinished(String id) {
    try {
      var status = platform.get("/v1/experiments/" + id).path("status").asString("");
      return !ENDED.contains(status);
    } catch (RequestRefusedException e) {
      return false;
    }
  }

  private String begin() {
    out.printf(
        "Uploading %d questions to train on and %d to test on%n",
        rows.train().size(), rows.test().size());
    var train = upload("demo-train.jsonl", rows.trainFile());
    var test = upload("demo-test.jsonl", rows.testFile());
    var eval =
        platform
            .post("/v1/evals", Map.of("name", "demo problems", "input", test))
            .path("id")
            .asString();
    var request = plan.request("demo", train, eval, !rows.haveResponses());
    var id = platform.post("/v1/experiments", request).path("id").asString();
    new Bookmark(fingerprint(), id).write(bookmark);
    out.println("Experiment " + id);
    return id;
  }

  private String upload(String name, byte[] content) {
    return platform.upload(name, content, "user_data").path("id").asString();
  }

  private String fingerprint() {
    return rows.hash() + " " + plan;
  }
}
