package dev.cft.eval.runs;

import dev.cft.eval.evals.Criterion;
import dev.cft.eval.evals.ItemSets.Item;
import dev.cft.eval.evals.PromptMessage;
import dev.cft.eval.runs.OutputItem.ErrorJson;
import dev.cft.eval.runs.OutputItem.MessageJson;
import dev.cft.eval.runs.OutputItem.SampleJson;
import dev.cft.eval.runs.OutputItem.Status;
import dev.cft.eval.runs.OutputItem.UsageJson;
import dev.cft.lm.ChatMessage;
import dev.cft.lm.FinishReason;
import dev.cft.lm.Generation;
import dev.cft.lm.GenerationListener;
import dev.cft.lm.GenerationRequest;
import dev.cft.lm.LanguageModel;
import dev.cft.store.Columns;
import dev.cft.store.specs.EvaluationSpec;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Answers items with a model and judges the answers.
///
/// @param modelId the model's id, for the record
record Answering(
    Run run,
    EvaluationSpec spec,
    List<Criterion> criteria,
    LanguageModel model,
    String modelId,
    InstantSource clock) {

  /// An item made ready for the model.
  private record Asked(Item item, List<MessageJson> input, GenerationRequest request) {}

  /// Answers the items and hands each over as soon as it is done; what was stopped is not handed
  /// over.
  void answer(List<Item> items, BooleanSupplier stop, Consumer<OutputItem> done) {
    var asked = new ArrayList<Asked>();
    for (var item : items) {
      var ready = ask(item, done);
      if (ready != null) {
        asked.add(ready);
      }
    }
    if (!asked.isEmpty()) {
      model.generate(asked.stream().map(Asked::request).toList(), new Listener(asked, stop, done));
    }
  }

  private final class Listener implements GenerationListener {
    private final List<Asked> asked;
    private final BooleanSupplier stop;
    private final Consumer<OutputItem> done;

    private Listener(List<Asked> asked, BooleanSupplier stop, Consumer<OutputItem> done) {
      this.asked = asked;
      this.stop = stop;
      this.done = done;
    }

    @Override
    public void finished(int index, Generation generation) {
      if (generation.finishReason() != FinishReason.CANCELLED) {
        done.accept(judged(asked.get(index), generation));
      }
    }

    @Override
    public boolean cancelled() {
      return stop.getAsBoolean();
    }
  }

  private @Nullable Asked ask(Item item, Consumer<OutputItem> done) {
    var input = List.<MessageJson>of();
    try {
      input = run.prompt().stream().map(message -> rendered(message, item.value())).toList();
      var turns = input.stream().map(m -> new ChatMessage(m.role(), m.content())).toList();
      var prompt = model.tokenizer().encode(model.chatTemplate().render(turns, true));
      var longest = model.config().maxPositions();
      if (prompt.length >= longest) {
        var message =
            "the prompt has %d tokens; the model takes at most %d"
                .formatted(prompt.length, longest - 1);
        done.accept(errored(item, input, new ErrorJson("context_length_exceeded", message)));
        return null;
      }
      return new Asked(item, input, request(prompt, item.seq()));
    } catch (IllegalArgumentException e) {
      done.accept(
          errored(item, input, new ErrorJson("invalid_prompt", String.valueOf(e.getMessage()))));
      return null;
    }
  }

  private GenerationRequest request(int[] prompt, long seq) {
    return new GenerationRequest(
        prompt, spec.maxTokens(), spec.temperature(), run.topP(), seedOf(seq), spec.stop());
  }

  /// An item's own stream, whatever else is generated beside it: splitmix64 of seed and place
  /// (Steele, Lea and Flood 2014).
  private long seedOf(long seq) {
    var z = spec.seed() + (seq + 1) * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private static MessageJson rendered(PromptMessage message, JsonNode item) {
    var role = message.role().equals("developer") ? "system" : message.role();
    return new MessageJson(role, message.template().render(item, null));
  }

  private OutputItem judged(Asked asked, Generation generation) {
    var text = Columns.text(generation.text());
    var results = criteria.stream().map(c -> c.judge(asked.item().value(), text)).toList();
    var isPassed = results.stream().allMatch(Criterion.Judgement::passed);
    var sample =
        sample(
            asked.input(),
            List.of(new MessageJson("assistant", text)),
            generation.finishReason().name().toLowerCase(Locale.ROOT),
            UsageJson.of(generation.promptTokens(), generation.tokens().length),
            null);
    return item(asked.item(), isPassed ? Status.PASS : Status.FAIL, results, sample);
  }

  private OutputItem errored(Item item, List<MessageJson> input, ErrorJson error) {
    return item(
        item,
        Status.ERROR,
        List.of(),
        sample(input, List.of(), "error", UsageJson.of(0, 0), error));
  }

  private OutputItem item(
      Item item, Status status, List<Criterion.Judgement> results, SampleJson sample) {
    return new OutputItem(run.id(), item.seq(), status, results, sample, clock.instant());
  }

  private SampleJson sample(
      List<MessageJson> input,
      List<MessageJson> output,
      String finish,
      UsageJson usage,
      @Nullable ErrorJson error) {
    return new SampleJson(
        input,
        output,
        finish,
        modelId,
        usage,
        error,
        spec.temperature(),
        spec.maxTokens(),
        run.topP(),
        spec.seed());
  }
}
