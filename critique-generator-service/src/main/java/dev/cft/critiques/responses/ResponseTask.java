package dev.cft.critiques.responses;

import dev.cft.critiques.jobs.Labels;
import dev.cft.critiques.teachers.ConfiguredTeacher.Responded;
import dev.cft.critiques.teachers.Reply;
import dev.cft.critiques.teachers.Sampling;
import dev.cft.lm.ChatMessage;
import dev.cft.lm.FinishReason;
import dev.cft.lm.Generation;
import dev.cft.lm.GenerationRequest;
import dev.cft.lm.LanguageModel;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Outcome;
import dev.cft.store.specs.ResponsesSpec;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What a response job asks of a model for one sample, and the row that becomes of it.
///
/// @param model its id
record ResponseTask(ResponsesSpec spec, String model) {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  /// One sample of a question.
  ///
  /// @param seq of the output row: the question's index × n + the sample's
  record Sample(long seq, int number, DatasetRow input) {}

  /// The same for a model that answers elsewhere.
  Sampling sampling(Sample sample, String job) {
    return new Sampling(
        String.valueOf(sample.input().question()),
        spec.temperature(),
        spec.topP(),
        spec.maxTokens(),
        // endpoints take 63 bits
        seed(sample.seq()) & Long.MAX_VALUE,
        spec.stop(),
        job + "-" + sample.seq());
  }

  GenerationRequest request(LanguageModel languageModel, Sample sample) {
    var user = new ChatMessage("user", String.valueOf(sample.input().question()));
    var prompt = languageModel.chatTemplate().render(List.of(user), true);
    return new GenerationRequest(
        languageModel.tokenizer().encode(prompt),
        spec.maxTokens(),
        spec.temperature(),
        spec.topP(),
        seed(sample.seq()),
        spec.stop());
  }

  /// The row's own seed, from the job's and the row's `seq` alone: the same row comes out whatever
  /// was interrupted. The mixing is that of SplitMix64 (Steele, Lea, Flood 2014).
  long seed(long seq) {
    var z = spec.seed() + (seq + 1) * GOLDEN_GAMMA;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  DatasetRow answered(Sample sample, Generation generation) {
    var text = generation.text().replace('\0', '\uFFFD').strip();
    var extra = extra(sample);
    extra.put("finish_reason", wireName(generation.finishReason()));
    extra.put("prompt_tokens", generation.promptTokens());
    extra.put("completion_tokens", generation.tokens().length);
    return text.isEmpty()
        ? row(sample, null, Outcome.rejected("empty"), extra)
        : row(sample, text, Outcome.OK, extra);
  }

  /// The row of an answer from elsewhere.
  DatasetRow answered(Sample sample, Responded responded) {
    var reply = responded.reply();
    var text = reply.text().replace('\0', '\uFFFD').strip();
    var extra = extra(sample);
    extra.put("finish_reason", reply.end() == Reply.End.LENGTH ? "length" : "stop");
    extra.put("prompt_tokens", reply.usage().promptTokens());
    extra.put("completion_tokens", reply.usage().completionTokens());
    extra.put("attempts", responded.attempts());
    extra.put("latency_ms", responded.latency().toMillis());
    extra.put("cost_usd", responded.costUsd());
    var rejection = responded.rejection();
    return rejection == null
        ? row(sample, text, Outcome.OK, extra)
        : row(sample, null, Outcome.rejected(rejection), extra);
  }

  private static String wireName(FinishReason reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }

  DatasetRow failed(Sample sample, String reason) {
    return row(sample, null, Outcome.failed(reason), extra(sample));
  }

  private ObjectNode extra(Sample sample) {
    var extra =
        sample.input().extra() instanceof ObjectNode object
            ? object.deepCopy()
            : StoreJson.mapper().createObjectNode();
    return extra.put("model", model).put("sample", sample.number());
  }

  private static DatasetRow row(
      Sample sample, @Nullable String response, Outcome outcome, ObjectNode extra) {
    var input = sample.input();
    return new DatasetRow(
        sample.seq(),
        input.question(),
        input.answer(),
        response,
        null,
        null,
        Labels.of(input.answer(), response),
        null,
        outcome,
        extra);
  }
}
