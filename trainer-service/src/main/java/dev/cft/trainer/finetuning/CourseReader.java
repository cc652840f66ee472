package dev.cft.trainer.finetuning;

import dev.cft.store.specs.FineTuningSpec.CheckpointEval;
import dev.cft.store.specs.FineTuningSpec.Course;
import dev.cft.store.specs.FineTuningSpec.EarlyStopping;
import dev.cft.store.specs.FineTuningSpec.Keep;
import dev.cft.trainer.selection.CheckpointEvals;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Reads how a run is to be watched, and what is to stay of it.
@Component
final class CourseReader {
  /// Of answers to an eval's items where nothing is asked, our choice: the evals' own default.
  private static final int MAX_TOKENS = 512;

  private static final int MANY = 1_000_000;

  private final CheckpointEvals evals;

  CourseReader(CheckpointEvals evals) {
    this.evals = evals;
  }

  /// What the request asks for beyond the run itself, null where it asks for nothing.
  @Nullable Course read(FineTuningRequest request, Faults faults) {
    var course =
        new Course(
            eval(request, faults),
            select(request, faults),
            earlyStopping(request, faults),
            keep(request, faults),
            null,
            rowLosses(request, faults),
            Integrations.read(request.integrations(), faults));
    return course.equals(Course.DEFAULTS) ? null : course;
  }

  private @Nullable CheckpointEval eval(FineTuningRequest request, Faults faults) {
    var fields =
        Fields.of(
            request.checkpointEval(),
            "checkpoint_eval",
            Set.of("eval", "limit", "max_tokens"),
            faults);
    if (fields == null) {
      return null;
    }
    String id = fields.text("eval", "the id of an eval, eval_…");
    if (!id.isEmpty() && !evals.isKnown(id)) {
      faults.add(
          "eval_not_found",
          "checkpoint_eval.eval",
          "there is no eval '%s' with items of its own; GET /v1/evals lists them".formatted(id));
    }
    Integer tokens = fields.whole("max_tokens", 1, MANY);
    return new CheckpointEval(
        id, fields.whole("limit", 1, MANY), tokens == null ? MAX_TOKENS : tokens);
  }

  private static @Nullable String select(FineTuningRequest request, Faults faults) {
    String select = request.select();
    if (select != null && !List.of("best", "last").contains(select)) {
      faults.invalid("select", "'" + select + "'", "best, last");
    } else if ("best".equals(select) && !hasScores(request)) {
      faults.add(
          "invalid_value",
          "select",
          "'best' needs something to choose by: a validation_file or a checkpoint_eval");
    }
    return select;
  }

  private static boolean hasScores(FineTuningRequest request) {
    return request.validationFile() != null || request.checkpointEval() != null;
  }

  private static @Nullable EarlyStopping earlyStopping(FineTuningRequest request, Faults faults) {
    var fields =
        Fields.of(
            request.earlyStopping(), "early_stopping", Set.of("patience", "min_delta"), faults);
    if (fields == null) {
      return null;
    }
    if (!hasScores(request)) {
      faults.add(
          "invalid_value",
          "early_stopping",
          "needs something to go by: a validation_file or a checkpoint_eval");
    }
    Integer patience = fields.whole("patience", 1, MANY);
    return new EarlyStopping(patience == null ? 1 : patience, fields.number("min_delta"));
  }

  private static @Nullable Keep keep(FineTuningRequest request, Faults faults) {
    var fields = Fields.of(request.keep(), "keep", Set.of("best", "last", "resumable"), faults);
    return fields == null
        ? null
        : new Keep(
            fields.whole("best", 1, MANY), fields.whole("last", 1, MANY), fields.flag("resumable"));
  }

  private static @Nullable Integer rowLosses(FineTuningRequest request, Faults faults) {
    JsonNode wanted = request.rowLosses();
    if (wanted == null || wanted.isNull() || "auto".equals(wanted.asString(""))) {
      return null;
    }
    if (!wanted.canConvertToExactIntegral() || !wanted.canConvertToInt() || wanted.asInt() < 0) {
      faults.invalid("row_losses", wanted, "\"auto\" or a whole number, 0 for none");
      return null;
    }
    return wanted.asInt();
  }
}
