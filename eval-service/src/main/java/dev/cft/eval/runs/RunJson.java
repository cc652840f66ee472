package dev.cft.eval.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.eval.statistics.Proportion;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobState;
import dev.cft.store.specs.EvaluationSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A run as clients see it: OpenAI's fields, then ours.
///
/// @param accuracy passed among the generated, with a 95 % interval: Wilson's, or Student's over
///   items where each has several samples
/// @param metrics every figure of a finished run by name
/// @param disputedItems the first of the items about which its graders disagree
@JsonInclude(JsonInclude.Include.ALWAYS)
record RunJson(
    String id,
    String object,
    String evalId,
    String status,
    String model,
    String name,
    long createdAt,
    String reportUrl,
    Counts resultCounts,
    List<ModelUsage> perModelUsage,
    List<CriterionResult> perTestingCriteriaResults,
    JsonNode dataSource,
    Map<String, String> metadata,
    @Nullable Fault error,
    @Nullable Double accuracy,
    @Nullable Double ciLow,
    @Nullable Double ciHigh,
    @Nullable Integer limit,
    String stage,
    String mode,
    int n,
    @Nullable String prompt,
    @Nullable String judge,
    @Nullable JsonNode metrics,
    @Nullable JsonNode disputedItems) {
  /// The key of the job's metadata that names the eval.
  static final String EVAL = "eval";

  record Counts(
      long total,
      long errored,
      long failed,
      long passed,
      long truncated,
      long noAnswer,
      long undecided,
      long disputed) {}

  record ModelUsage(
      String modelName,
      long invocationCount,
      long promptTokens,
      long completionTokens,
      long totalTokens,
      long cachedTokens) {}

  record CriterionResult(String testingCriteria, long passed, long failed) {}

  record Fault(String code, String message) {}

  static RunJson of(Job job, Run run, RunCounts counts, List<Runs.CriterionCount> byCriterion) {
    var spec = StoreJson.read(job.spec(), EvaluationSpec.class);
    var share = counts.accuracy();
    var result =
        job.state() instanceof JobState.Succeeded(_, var made)
            ? made
            : StoreJson.mapper().createObjectNode();
    return new RunJson(
        run.id(),
        "eval.run",
        run.evalId(),
        RunStatus.of(job.status()).wireName(),
        spec.model(),
        spec.name(),
        job.createdAt().getEpochSecond(),
        "/v1/evals/%s/runs/%s/output_items".formatted(run.evalId(), run.id()),
        new Counts(
            counts.total(),
            counts.errored(),
            counts.failed(),
            counts.passed(),
            counts.truncated(),
            counts.noAnswer(),
            counts.undecided(),
            counts.disputed()),
        usage(spec.model(), counts),
        byCriterion.stream()
            .map(c -> new CriterionResult(c.criterion(), c.passed(), c.total() - c.passed()))
            .toList(),
        run.dataSource(),
        metadata(job),
        job.state() instanceof JobState.Failed(_, var error)
            ? new Fault(error.code(), error.message())
            : null,
        share.map(Proportion::share).orElse(null),
        real(result, "ci_low", share.map(p -> p.wilson().low()).orElse(null)),
        real(result, "ci_high", share.map(p -> p.wilson().high()).orElse(null)),
        spec.limit(),
        job.stage(),
        spec.how().mode(),
        spec.how().samples(),
        spec.how().prompt(),
        spec.how().judge(),
        result.get("metrics"),
        result.get("disputed_items"));
  }

  private static @Nullable Double real(JsonNode result, String name, @Nullable Double soFar) {
    return result.path(name).isNumber() ? Double.valueOf(result.path(name).asDouble()) : soFar;
  }

  private static List<ModelUsage> usage(String model, RunCounts counts) {
    var answers = counts.passed() + counts.failed();
    return answers == 0
        ? List.of()
        : List.of(
            new ModelUsage(
                model,
                answers,
                counts.promptTokens(),
                counts.completionTokens(),
                counts.promptTokens() + counts.completionTokens(),
                0));
  }

  private static Map<String, String> metadata(Job job) {
    var pairs = new TreeMap<>(job.metadata());
    pairs.remove(EVAL);
    return pairs;
  }
}
