package dev.cft.eval.reports;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.store.specs.FineTuningSpec.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an experiment showed so far. Shares and accuracies are 0 to 1, times in seconds.
///
/// @param partial some part has not finished; the figures are those of the finished ones
@JsonInclude(JsonInclude.Include.ALWAYS)
record Report(
    String object,
    String experiment,
    String name,
    String status,
    boolean partial,
    long generatedAt,
    String baseModel,
    String input,
    List<Long> seeds,
    List<EvalPart> evals,
    List<ArmPart> arms,
    List<DataPart> data,
    List<Stage> stages,
    List<Failure> failures,
    List<String> footnotes) {

  /// An eval that the arms were compared on.
  record EvalPart(String id, String name, long items) {}

  /// One way of training.
  ///
  /// @param method null for the untrained base
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ArmPart(
      String name,
      @Nullable Method method,
      String trainedOn,
      List<Training> training,
      List<Result> results) {}

  /// One training run of an arm.
  ///
  /// @param rows trained on, as the trainer counted them
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Training(
      long seed,
      String job,
      String status,
      @Nullable Long rows,
      @Nullable Long trainedTokens,
      @Nullable Long steps,
      @Nullable Double trainLoss,
      @Nullable String model,
      @Nullable Double wallSeconds) {}

  /// An arm on an eval.
  ///
  /// @param mean over the seeds that finished
  /// @param standardError of the mean over seeds; null for one seed
  /// @param interval how the interval was made: `student_t` over seeds, or `wilson` over items
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Result(
      String eval,
      List<Score> scores,
      @Nullable Double mean,
      @Nullable Double standardError,
      @Nullable Double ciLow,
      @Nullable Double ciHigh,
      @Nullable String interval,
      List<Difference> differences) {}

  /// One run.
  ///
  /// @param seed null for the untrained base, which is scored once
  /// @param accuracy passed among the generated; null until the run has finished
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Score(
      @Nullable Long seed,
      String run,
      String status,
      @Nullable Double accuracy,
      long total,
      long passed,
      long failed,
      long errored,
      long truncated,
      long noAnswer,
      long undecided,
      @Nullable Double wallSeconds) {}

  /// This arm's mean minus another's, paired.
  ///
  /// @param pairedBy `seed`, or `item` where there is one seed
  /// @param pairs seeds or items
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Difference(
      String against,
      double difference,
      @Nullable Double standardError,
      @Nullable Double ciLow,
      @Nullable Double ciHigh,
      String pairedBy,
      long pairs) {}

  /// What one seed's arms were trained on.
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record DataPart(
      long seed, @Nullable ResponsesPart responses, @Nullable CritiquesPart critiques) {}

  /// Noisy responses, graded against gold where there is one.
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record ResponsesPart(
      String job,
      String status,
      @Nullable Long rows,
      @Nullable Long right,
      @Nullable Double rightShare) {}

  /// What the teacher said.
  ///
  /// @param agreement share of verdicts that agree with gold
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record CritiquesPart(
      String job,
      String status,
      @Nullable Long right,
      @Nullable Long wrong,
      @Nullable Long unparsed,
      @Nullable Long rejected,
      @Nullable Long failed,
      @Nullable Double agreement,
      @Nullable Double costUsd) {}

  /// Wall time of one kind of job, added up over the finished ones.
  record Stage(String stage, long jobs, long finished, double wallSeconds) {}

  /// A part that failed.
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record Failure(
      String job,
      String kind,
      @Nullable String arm,
      @Nullable Long seed,
      String code,
      String message) {}
}
