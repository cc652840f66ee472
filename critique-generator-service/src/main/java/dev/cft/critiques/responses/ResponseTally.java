package dev.cft.critiques.responses;

import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Status;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// What a response job's rows add up to. Not thread-safe.
final class ResponseTally {
  private final Set<Long> seqs = new HashSet<>();
  private long rejected;
  private long failed;
  private long correct;
  private long incorrect;
  private long truncated;
  private long promptTokens;
  private long completionTokens;

  void add(DatasetRow row) {
    seqs.add(row.seq());
    rejected += row.outcome().status() == Status.REJECTED ? 1 : 0;
    failed += row.outcome().status() == Status.FAILED ? 1 : 0;
    correct += Boolean.TRUE.equals(row.correct()) ? 1 : 0;
    incorrect += Boolean.FALSE.equals(row.correct()) ? 1 : 0;
    var extra = row.extra();
    if (extra != null) {
      truncated += extra.path("finish_reason").asString("").equals("length") ? 1 : 0;
      promptTokens += extra.path("prompt_tokens").asLong(0);
      completionTokens += extra.path("completion_tokens").asLong(0);
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

  long correct() {
    return correct;
  }

  long labelled() {
    return correct + incorrect;
  }

  long completionTokens() {
    return completionTokens;
  }

  /// The job's result, as [dev.cft.store.specs.ResponsesSpec] has it, and more.
  ObjectNode result(String dataset) {
    var result = StoreJson.mapper().createObjectNode();
    result.put("dataset", dataset).put("rows", rows());
    result.put("correct", correct).put("incorrect", incorrect);
    result.put("truncated", truncated).put("rejected", rejected).put("failed", failed);
    return result.put("prompt_tokens", promptTokens).put("completion_tokens", completionTokens);
  }
}
