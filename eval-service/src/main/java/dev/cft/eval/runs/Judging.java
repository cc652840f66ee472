package dev.cft.eval.runs;

import dev.cft.eval.answering.Dialogue;
import dev.cft.eval.answering.Turn;
import dev.cft.eval.endpoints.EndpointException;
import dev.cft.eval.evals.Criterion;
import dev.cft.eval.evals.ItemSets.Item;
import dev.cft.eval.evals.Judge;
import dev.cft.eval.evals.UnjudgedException;
import dev.cft.eval.runs.OutputItem.ErrorJson;
import dev.cft.eval.runs.OutputItem.MessageJson;
import dev.cft.eval.runs.OutputItem.SampleJson;
import dev.cft.eval.runs.OutputItem.Status;
import dev.cft.eval.runs.OutputItem.UsageJson;
import dev.cft.store.Columns;
import dev.cft.store.specs.EvaluationSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes output items of conversations that have ended: judged, or with what went wrong.
///
/// @param judge whom criteria ask that want a rating
/// @param modelId the model's id, for the record
/// @param variant the prompt's name
/// @param isWithheld whether prompts are kept out of the record
record Judging(
    Run run,
    EvaluationSpec spec,
    List<Criterion> criteria,
    Judge judge,
    String modelId,
    String variant,
    boolean isWithheld,
    InstantSource clock) {
  private static final MessageJson WITHHELD = new MessageJson("user", "[withheld]");

  /// @throws EndpointException a judge cannot be asked now
  OutputItem judge(Item item, List<Turn> input, Dialogue dialogue) throws InterruptedException {
    var prompt = isWithheld ? List.of(WITHHELD) : input.stream().map(Judging::message).toList();
    var failure = dialogue.failure();
    if (failure.isPresent()) {
      return errored(
          item, dialogue, prompt, new ErrorJson(failure.get().code(), failure.get().message()));
    }
    var outcome = dialogue.outcome();
    var sample =
        sample(
            prompt,
            outcome.turns().stream().map(Judging::message).toList(),
            outcome.finish(),
            dialogue,
            null);
    try {
      var results = new ArrayList<Criterion.Judgement>();
      for (var criterion : criteria) {
        results.add(criterion.judge(item.value(), sample.answer(), judge));
      }
      var isPassed = results.stream().allMatch(Criterion.Judgement::passed);
      var score = results.size() == 1 ? results.getFirst().score() : isPassed ? 1.0 : 0.0;
      return item(item, dialogue, isPassed ? Status.PASS : Status.FAIL, score, results, sample);
    } catch (EndpointException.Rejected e) {
      return unjudged(item, dialogue, sample, "judge_failed", "the judge: " + e.getMessage());
    } catch (UnjudgedException e) {
      return unjudged(item, dialogue, sample, e.code(), String.valueOf(e.getMessage()));
    }
  }

  private OutputItem unjudged(
      Item item, Dialogue dialogue, SampleJson sample, String code, String message) {
    var error = new ErrorJson(code, message);
    var shown = sample(sample.input(), sample.output(), sample.finishReason(), dialogue, error);
    return item(item, dialogue, Status.ERROR, null, List.of(), shown);
  }

  private OutputItem errored(
      Item item, Dialogue dialogue, List<MessageJson> prompt, ErrorJson error) {
    return item(
        item,
        dialogue,
        Status.ERROR,
        null,
        List.of(),
        sample(prompt, List.of(), "error", dialogue, error));
  }

  private OutputItem item(
      Item item,
      Dialogue dialogue,
      Status status,
      @Nullable Double score,
      List<Criterion.Judgement> results,
      SampleJson sample) {
    var sampleNo = (int) (dialogue.subject() % spec.how().samples());
    return new OutputItem(
        run.id(),
        dialogue.subject(),
        item.seq(),
        sampleNo,
        status,
        score,
        results,
        sample,
        clock.instant());
  }

  private SampleJson sample(
      List<MessageJson> input,
      List<MessageJson> output,
      String finish,
      Dialogue dialogue,
      @Nullable ErrorJson error) {
    var exchanges = dialogue.exchanges();
    var steps = error == null ? dialogue.outcome().steps() : List.<Turn>of();
    return new SampleJson(
        input,
        output,
        finish,
        modelId,
        UsageJson.of(
            exchanges.stream().mapToInt(e -> e.reply().promptTokens()).sum(),
            exchanges.stream().mapToInt(e -> e.reply().completionTokens()).sum()),
        error,
        spec.temperature(),
        spec.maxTokens(),
        run.topP(),
        spec.seed(),
        variant,
        steps.isEmpty() ? null : steps.stream().map(Judging::message).toList(),
        isReused(exchanges) ? Boolean.TRUE : null);
  }

  private static boolean isReused(List<Dialogue.Exchange> exchanges) {
    return !exchanges.isEmpty() && exchanges.stream().allMatch(e -> e.reply().reused());
  }

  private static MessageJson message(Turn turn) {
    return new MessageJson(turn.role(), Columns.text(turn.content()));
  }
}
