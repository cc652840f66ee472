package dev.cft.eval.runs;

import static dev.cft.store.StoreJson.mapper;

import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.PromptMessage;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.NewJob;
import dev.cft.store.specs.EvaluationSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Plans runs: the job that the caller submits, and what the run has besides it.
public final class NewRuns {
  private NewRuns() {}

  /// What a run asks, and how, besides what its spec says.
  public record Source(String itemSet, List<PromptMessage> prompt, double topP) {
    public Source {
      prompt = List.copyOf(prompt);
    }

    /// The eval's own items and prompt.
    public static Source of(Eval eval) {
      return new Source(Objects.requireNonNull(eval.itemSet()), eval.prompt(), 1);
    }
  }

  /// A run that is not submitted yet.
  public record Planned(NewJob job, Run run) {}

  /// Plans a run.
  public static Planned plan(
      Eval eval, EvaluationSpec spec, Source source, Map<String, String> metadata) {
    var pairs = new LinkedHashMap<>(metadata);
    pairs.put(RunJson.EVAL, eval.id());
    var job = NewJob.of(JobKind.EVALUATION, spec).with(pairs);
    return new Planned(job, run(job.id().value(), eval, spec, source));
  }

  /// What a run has besides its job.
  static Run run(String id, Eval eval, EvaluationSpec spec, Source source) {
    return new Run(
        id,
        eval.id(),
        dataSource(eval, spec, source),
        source.itemSet(),
        source.prompt(),
        source.topP());
  }

  private static JsonNode dataSource(Eval eval, EvaluationSpec spec, Source source) {
    var json =
        JsonNodeFactory.instance.objectNode().put("type", "completions").put("model", spec.model());
    json.putObject("input_messages")
        .put("type", "template")
        .set("template", mapper().valueToTree(source.prompt()));
    json.set("sampling_params", Sampling.json(spec, source.topP()));
    var isEvals = source.itemSet().equals(eval.itemSet()) && eval.source() != null;
    json.putObject("source")
        .put("type", "file_id")
        .put("id", isEvals ? eval.source() : source.itemSet());
    return json;
  }
}
