package dev.cft.critiques.critiquing;

import dev.cft.critiques.jobs.Labels;
import dev.cft.critiques.teachers.ConfiguredTeacher;
import dev.cft.critiques.teachers.ConfiguredTeacher.Judged;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Outcome;
import dev.cft.store.datasets.DatasetRow.Status;
import dev.cft.store.datasets.Verdict;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Makes the output row of a critique job from its input row.
///
/// A rejected critique is never in `critique`, where training would find it, but in
/// `extra.rejected_text`, from which its verdict can be read again.
record CritiquedRow(ConfiguredTeacher teacher, String promptVersion) {
  DatasetRow of(DatasetRow input, Judged judged) {
    var extra = extra(input);
    extra.put("teacher", teacher.name());
    extra.put("model", teacher.model());
    extra.put("prompt_version", promptVersion);
    extra.put("attempts", judged.attempts());
    extra.put("latency_ms", judged.latency().toMillis());
    extra.put("prompt_tokens", judged.reply().usage().promptTokens());
    extra.put("completion_tokens", judged.reply().usage().completionTokens());
    extra.put("cost_usd", judged.costUsd());
    var text = judged.reply().text().replace('\0', '\uFFFD');
    var rejection = judged.rejection();
    if (rejection == null) {
      return row(input, text, judged.verdict(), Outcome.OK, extra);
    }
    if (!text.isBlank()) {
      extra.put("rejected_text", text);
    }
    var verdict = rejection.equals("unparsed") ? Verdict.UNPARSED : null;
    return row(input, null, verdict, Outcome.rejected(rejection), extra);
  }

  /// A row that got no answer.
  DatasetRow failed(DatasetRow input, String reason) {
    var extra = extra(input);
    extra.put("teacher", teacher.name());
    return row(input, null, null, Outcome.failed(reason), extra);
  }

  /// Why a row cannot be critiqued; null where it can.
  static @Nullable String objection(DatasetRow input) {
    if (input.outcome().status() != Status.OK) {
      return "the input row is not ok: " + input.outcome().reason();
    }
    if (input.question() == null || input.question().isBlank()) {
      return "the row has no question";
    }
    if (input.response() == null || input.response().isBlank()) {
      return "the row has no response";
    }
    return null;
  }

  private static DatasetRow row(
      DatasetRow input,
      @Nullable String critique,
      @Nullable Verdict verdict,
      Outcome outcome,
      ObjectNode extra) {
    return new DatasetRow(
        input.seq(),
        input.question(),
        input.answer(),
        input.response(),
        critique,
        verdict,
        Labels.of(input),
        null,
        outcome,
        extra);
  }

  private static ObjectNode extra(DatasetRow input) {
    return input.extra() instanceof ObjectNode object
        ? object.deepCopy()
        : StoreJson.mapper().createObjectNode();
  }
}
