package dev.cft.standalone.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// An experiment's progress in the terminal: a line for each stage, drawn over where that works,
/// else told when it changes.
final class Board {
  private static final int BAR = 24;
  private static final Map<String, String> STAGES = stages();

  private final PrintWriter out;
  private final boolean redraw;
  private final List<String> told = new ArrayList<>();
  private int drawn;

  /// @param redraw whether the terminal can go back over its lines
  Board(PrintWriter out, boolean redraw) {
    this.out = out;
    this.redraw = redraw;
  }

  private static Map<String, String> stages() {
    var stages = new LinkedHashMap<String, String>();
    stages.put("responses", "Noisy responses");
    stages.put("critiques", "Critiques");
    stages.put("fine_tuning", "Fine-tuning");
    stages.put("evaluation", "Evaluation");
    return stages;
  }

  /// @param experiment as `/v1/experiments/{id}` answers
  void show(JsonNode experiment, Duration elapsed) {
    var lines = new ArrayList<String>();
    STAGES.forEach((kind, title) -> {
      var stage = new Stage(title);
      for (var job : experiment.path("jobs")) {
        if (job.path("kind").asString("").equals(kind)) {
          stage.add(job);
        }
      }
      if (stage.jobs > 0) {
        lines.add(redraw ? stage.line() : stage.milestone());
      }
    });
    if (redraw) {
      draw(lines, elapsed);
    } else {
      tell(lines, elapsed);
    }
  }

  private void draw(List<String> lines, Duration elapsed) {
    var text = new StringBuilder();
    if (drawn > 0) {
      text.append("\033[").append(drawn).append('A');
    }
    lines.forEach(line -> text.append("\033[2K").append(line).append('\n'));
    text.append("\033[2K  %-16s %s%n".formatted("", clock(elapsed.toSeconds())));
    drawn = lines.size() + 1;
    out.print(text);
    out.flush();
  }

  private void tell(List<String> lines, Duration elapsed) {
    for (var line : lines) {
      if (!told.contains(line) && !line.isEmpty()) {
        told.add(line);
        out.println("  " + clock(elapsed.toSeconds()) + "  " + line.strip());
      }
    }
    out.flush();
  }

  private static String clock(long seconds) {
    return "%d:%02d".formatted(seconds / 60, seconds % 60);
  }

  /// One kind's jobs summed up.
  private static final class Stage {
    private final String title;
    private int jobs;
    private int ended;
    private double share;
    private long remaining;
    private String running = "";

    private Stage(String title) {
      this.title = title;
    }

    private void add(JsonNode job) {
      jobs++;
      switch (job.path("status").asString("")) {
        case "succeeded", "failed", "cancelled" -> {
          ended++;
          share += 1;
        }
        case "running" -> addRunning(job);
        default -> {}
      }
    }

    private void addRunning(JsonNode job) {
      var progress = job.path("progress");
      long total = progress.path("total").asLong(0);
      long done = progress.path("done").asLong(0);
      share += total > 0 ? (double) done / total : 0;
      remaining = Math.max(remaining, job.path("remaining_seconds").asLong(0));
      var name = job.path("arm").asString("").isEmpty() ? "" : job.path("arm").asString("") + " ";
      var seed = "seed " + job.path("seed").asString("?");
      var counts =
          total > 0
              ? ", %d of %d %s".formatted(done, total, progress.path("unit").asString(""))
              : "";
      running = name + seed + counts + (remaining > 0 ? ", " + clock(remaining) + " left" : "");
    }

    private String line() {
      int full = (int) Math.round(BAR * share / jobs);
      return "  %-16s %s%s %3.0f %%  %2d of %2d  %s"
          .formatted(
              title,
              "█".repeat(full),
              "░".repeat(BAR - full),
              100 * share / jobs,
              ended,
              jobs,
              running);
    }

    private String milestone() {
      return ended == 0 && running.isEmpty()
          ? ""
          : "%-16s %2d of %2d done%s"
              .formatted(title, ended, jobs, ended < jobs ? ", running" : "");
    }
  }
}
