package dev.cft.critiques.critiquing;

import dev.cft.critiques.teachers.Usage;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Status;
import dev.cft.store.datasets.Verdict;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a critique job's rows add up to. Not thread-safe.
final class Tally {
  private final Set<Long> seqs = new HashSet<>();
  private final TreeMap<String, Long> rejections = new TreeMap<>();
  private long ok;
  private long rejected;
  private long failed;
  private long right;
  private long wrong;
  private long compared;
  private long agreed;
  private double costUsd;
  private Usage usage = Usage.NONE;

  void add(DatasetRow row) {
    seqs.add(row.seq());
    switch (row.outcome().status()) {
      case OK -> ok++;
      case REJECTED -> {
        rejected++;
        rejections.merge(String.valueOf(row.outcome().reason()), 1L, Long::sum);
      }
      case FAILED -> failed++;
    }
    if (row.outcome().status() == Status.OK) {
      judge(row.verdict(), row.correct());
    }
    var extra = row.extra();
    if (extra != null) {
      costUsd += extra.path("cost_usd").asDouble(0);
      usage =
          usage.plus(
              new Usage(
                  extra.path("prompt_tokens").asLong(0),
                  extra.path("completion_tokens").asLong(0)));
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

  boolean has(long seq) {
    return seqs.contains(seq);
  }

  long rows() {
    return seqs.size();
  }

  long failed() {
    return failed;
  }

  double costUsd() {
    return costUsd;
  }

  Usage usage() {
    return usage;
  }

  @Nullable Double agreement() {
    return compared == 0 ? null : (double) agreed / compared;
  }

  /// The job's result, as [dev.cft.store.specs.CritiquesSpec] has it, and more.
  ObjectNode result(String dataset) {
    var result = StoreJson.mapper().createObjectNode();
    result.put("dataset", dataset).put("rows", rows());
    result.put("ok", ok).put("rejected", rejected).put("failed", failed);
    result.put("right", right).put("wrong", wrong);
    result.put("unparsed", rejections.getOrDefault("unparsed", 0L));
    var reasons = result.putObject("rejections");
    rejections.forEach(reasons::put);
    result.put("compared", compared);
    var agreement = agreement();
    if (agreement != null) {
      result.put("agreement", agreement);
    }
    result.put("prompt_tokens", usage.promptTokens());
    result.put("completion_tokens", usage.completionTokens());
    return result.put("cost_usd", costUsd);
  }
}
