package dev.cft.critiques.critiquing;

import dev.cft.critiques.teachers.Usage;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Status;
import dev.cft.store.datasets.Verdict;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a critique job's rows add up to. Not thread-safe.
final class Tally {
  private final SeqSet seqs = new SeqSet();
  private final TreeMap<String, Share> byTeacher = new TreeMap<>();
  private final TreeMap<String, Long> rejections = new TreeMap<>();
  private final Share all = new Share();
  private Usage usage = Usage.NONE;
  private long reused;

  /// One teacher's rows, or all.
  private static final class Share {
    private long ok;
    private long rejected;
    private long failed;
    private long right;
    private long wrong;
    private long compared;
    private long agreed;
    private double costUsd;

    void add(DatasetRow row, double cost) {
      costUsd += cost;
      switch (row.outcome().status()) {
        case OK -> {
          ok++;
          judge(row.verdict(), row.correct());
        }
        case REJECTED -> rejected++;
        case FAILED -> failed++;
      }
    }

    private void judge(@Nullable Verdict verdict, @Nullable Boolean correct) {
      right += verdict == Verdict.RIGHT ? 1 : 0;
      wrong += verdict == Verdict.WRONG ? 1 : 0;
      if (correct != null) {
        compared++;
        agreed += correct == (verdict == Verdict.RIGHT) ? 1 : 0;
      }
    }

    @Nullable Double agreement() {
      return compared == 0 ? null : (double) agreed / compared;
    }

    ObjectNode json(ObjectNode json) {
      json.put("ok", ok).put("rejected", rejected).put("failed", failed);
      json.put("right", right).put("wrong", wrong).put("compared", compared);
      var agreement = agreement();
      if (agreement != null) {
        json.put("agreement", agreement);
      }
      return json.put("cost_usd", costUsd);
    }
  }

  void add(DatasetRow row) {
    if (!seqs.add(row.seq())) {
      return;
    }
    if (row.outcome().status() == Status.REJECTED) {
      rejections.merge(String.valueOf(row.outcome().reason()), 1L, Long::sum);
    }
    var extra = row.extra();
    var cost = extra == null ? 0 : extra.path("cost_usd").asDouble(0);
    all.add(row, cost);
    if (extra != null) {
      var teacher = extra.path("teacher").asString("");
      byTeacher.computeIfAbsent(teacher, _ -> new Share()).add(row, cost);
      reused += extra.has("reused_from") ? 1 : 0;
      usage =
          usage.plus(
              new Usage(
                  extra.path("prompt_tokens").asLong(0),
                  extra.path("completion_tokens").asLong(0)));
    }
  }

  SeqSet seqs() {
    return seqs;
  }

  long rows() {
    return seqs.size();
  }

  /// Rows that no stored critique answered.
  long asked() {
    return rows() - reused;
  }

  long failed() {
    return all.failed;
  }

  double costUsd() {
    return all.costUsd;
  }

  Usage usage() {
    return usage;
  }

  @Nullable Double agreement() {
    return all.agreement();
  }

  /// The job's result, as [dev.cft.store.specs.CritiquesSpec] has it, and more.
  ObjectNode result(String dataset) {
    var result = StoreJson.mapper().createObjectNode();
    result.put("dataset", dataset).put("rows", rows());
    all.json(result);
    result.put("unparsed", rejections.getOrDefault("unparsed", 0L));
    var reasons = result.putObject("rejections");
    rejections.forEach(reasons::put);
    result.put("reused", reused);
    result.put("prompt_tokens", usage.promptTokens());
    result.put("completion_tokens", usage.completionTokens());
    if (byTeacher.size() > 1) {
      var teachers = result.putObject("teachers");
      byTeacher.forEach((name, share) -> share.json(teachers.putObject(name)));
    }
    return result;
  }
}
