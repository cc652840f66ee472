package dev.cft.eval.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.eval.evals.Criterion.Judgement;
import dev.cft.service.errors.ApiException;
import dev.cft.store.jobs.JobKind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An output item as clients see it.
@JsonInclude(JsonInclude.Include.ALWAYS)
record OutputItemJson(
    String id,
    String object,
    String runId,
    String evalId,
    long createdAt,
    String status,
    long datasourceItemId,
    @Nullable JsonNode datasourceItem,
    List<Judgement> results,
    OutputItem.SampleJson sample,
    int sampleIndex,
    @Nullable Double score) {
  private static final String PREFIX = "outputitem_";

  static OutputItemJson of(OutputItem item, String evalId, @Nullable JsonNode value) {
    return new OutputItemJson(
        id(item.runId(), item.seq()),
        "eval.run.output_item",
        item.runId(),
        evalId,
        item.createdAt().getEpochSecond(),
        item.status().wireName(),
        item.itemSeq(),
        value,
        item.results(),
        item.sample(),
        item.sampleNo(),
        item.score());
  }

  /// An item's id: the run's own part and the place.
  static String id(String runId, long seq) {
    return PREFIX + runId.substring(JobKind.EVALUATION.idPrefix().length()) + "_" + seq;
  }

  /// The place that an id of this run names.
  ///
  /// @throws ApiException 404 where it is no such id
  static long seq(String runId, String id) {
    var prefix = id(runId, 0).substring(0, id(runId, 0).length() - 1);
    if (id.startsWith(prefix) && id.substring(prefix.length()).matches("\\d{1,18}")) {
      return Long.parseLong(id.substring(prefix.length()));
    }
    throw ApiException.notFound("output item", id);
  }
}
