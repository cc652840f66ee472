package dev.cft.store.specs;

import dev.cft.store.specs.FineTuningSpec.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Arms × seeds × evals: a plan of the other kinds of job. The experiment's own job needs the
/// evaluations and makes the report, which is its result.
///
/// @param input questions (with or without responses): a dataset or file id
/// @param baseModel what every arm starts from
/// @param responses how noisy responses are sampled; null where the input's rows carry them
/// @param critiques which teacher judges them; null where the input's rows carry critiques
/// @param arms what is compared; an arm without a method is the untrained base
/// @param evals eval ids
/// @param seeds one whole replicate (responses, critiques, training) each
/// @param evaluation sampling of every evaluation run
public record ExperimentSpec(
    String name,
    String input,
    String baseModel,
    @Nullable Responses responses,
    @Nullable Critiques critiques,
    List<Arm> arms,
    List<String> evals,
    List<Long> seeds,
    Evaluation evaluation) {
  public ExperimentSpec {
    arms = List.copyOf(arms);
    evals = List.copyOf(evals);
    seeds = List.copyOf(seeds);
  }

  /// Sampling of the noisy responses.
  public record Responses(
      int n, double temperature, double topP, int maxTokens, @Nullable Integer limit) {}

  /// The teacher's part.
  public record Critiques(
      String teacher,
      @Nullable String promptVersion,
      @Nullable Integer limit,
      @Nullable Double budgetUsd) {}

  /// One way of training.
  public record Arm(String name, @Nullable Method method) {}

  /// Sampling of the evaluation runs.
  public record Evaluation(
      double temperature, int maxTokens, @Nullable Integer limit, List<String> stop) {
    public Evaluation {
      stop = List.copyOf(stop);
    }
  }
}
