package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.StoredCritiques.Found;
import dev.cft.critiques.jobs.Labels;
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
final class CritiquedRow {
  static final String REJECTED_TEXT = "rejected_text";

  private CritiquedRow() {}

  static DatasetRow of(Commission commission, Judged judged) {
    var extra = extra(commission);
    var usage = judged.reply().usage();
    extra.put("model", model(commission, judged));
    extra.put("prompt_version", commission.by().prompt().version());
    extra.put("attempts", judged.attempts());
    extra.put("latency_ms", judged.latency().toMillis());
    extra.put("prompt_tokens", usage.promptTokens());
    extra.put("completion_tokens", usage.completionTokens());
    extra.put("cost_usd", judged.costUsd());
    var text = judged.reply().text().replace('\0', '\uFFFD');
    var rejection = judged.rejection();
    if (rejection == null) {
      return row(commission, text, judged.verdict(), Outcome.OK, extra);
    }
    if (!text.isBlank()) {
      extra.put(REJECTED_TEXT, text);
    }
    var verdict = rejection.equals("unparsed") ? Verdict.UNPARSED : null;
    return row(commission, null, verdict, Outcome.rejected(rejection), extra);
  }

  /// Who answered, by its own account where it gives one.
  private static String model(Commission commission, Judged judged) {
    var said = judged.reply().model();
    return said.isEmpty() ? commission.by().teacher().model() : said;
  }

  /// A row that is answered by a stored critique, for nothing.
  static DatasetRow reused(Commission commission, Found found) {
    var extra = extra(commission);
    var from = found.row().extra();
    if (from != null) {
      extra.put("model", from.path("model").asString(""));
    }
    extra.put("prompt_version", commission.by().prompt().version());
    extra.put("reused_from", found.dataset());
    extra.put("attempts", 0).put("prompt_tokens", 0).put("completion_tokens", 0);
    extra.put("cost_usd", 0.0);
    return row(commission, found.row().critique(), found.row().verdict(), Outcome.OK, extra);
  }

  /// A row that got no answer.
  static DatasetRow failed(Commission commission, String reason) {
    return row(commission, null, null, Outcome.failed(reason), extra(commission));
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
      Commission commission,
      @Nullable String critique,
      @Nullable Verdict verdict,
      Outcome outcome,
      ObjectNode extra) {
    var input = commission.row();
    return new DatasetRow(
        commission.seq(),
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

  private static ObjectNode extra(Commission commission) {
    var extra =
        commission.row().extra() instanceof ObjectNode object
            ? object.deepCopy()
            : StoreJson.mapper().createObjectNode();
    extra.put("teacher", commission.by().teacher().name());
    extra.put("input_seq", commission.row().seq());
    return commission.sample() == 0 ? extra : extra.put("critique_sample", commission.sample());
  }
}
