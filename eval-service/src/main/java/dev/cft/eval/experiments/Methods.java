package dev.cft.eval.experiments;

import dev.cft.eval.requests.Fields;
import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import dev.cft.store.specs.FineTuningSpec.Method;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads an arm's method.
final class Methods {
  private static final String CRITIQUE = "critique";

  private Methods() {}

  static Optional<Method> read(Fields arm) {
    return arm.object("method")
        .map(fields -> {
          var type = fields.oneOf("type", List.of("supervised", CRITIQUE), null);
          var target = fields.optionalText("target");
          if (target.isPresent()) {
            fields.oneOf("target", List.of("response", "answer"), null);
          }
          if (target.isPresent() && type.equals(CRITIQUE)) {
            fields.fault("target", "goes with type supervised only");
          }
          var rows = fields.optionalText("rows");
          if (rows.isPresent()) {
            fields.oneOf("rows", List.of("all", "verified"), null);
          }
          var method =
              new Method(
                  type,
                  target.orElse(null),
                  rows.orElse(null),
                  fields.integer("max_rows", 1, Integer.MAX_VALUE),
                  fields.object("hyperparameters").map(Methods::hyperparameters).orElse(null));
          fields.refuseOthers();
          return method;
        });
  }

  private static Hyperparameters hyperparameters(Fields fields) {
    var read =
        new Hyperparameters(
            number(fields, "n_epochs", 1e-6, 10_000),
            integer(fields, "batch_size", 1),
            integer(fields, "micro_batch_size", 1),
            number(fields, "learning_rate_multiplier", 1e-12, 1e12),
            number(fields, "learning_rate", 1e-12, 10),
            fields.optionalText("lr_scheduler_type").orElse(null),
            number(fields, "warmup_ratio", 0, 1),
            integer(fields, "warmup_steps", 0),
            number(fields, "weight_decay", 0, 10),
            number(fields, "max_grad_norm", 0, 1e9),
            number(fields, "adam_beta2", 0, 1),
            integer(fields, "cutoff_len", 1),
            integer(fields, "max_steps", 1),
            integer(fields, "checkpoint_steps", 1),
            choice(fields, "finetuning_type", List.of("full", "lora")),
            integer(fields, "lora_rank", 1),
            number(fields, "lora_alpha", 1e-6, 1e6),
            number(fields, "lora_dropout", 0, 0.99),
            null,
            choice(fields, "precision", List.of("fp32", "bf16", "pure_bf16")),
            null,
            null);
    fields.refuseOthers();
    return read;
  }

  private static @Nullable String choice(Fields fields, String name, List<String> allowed) {
    return fields.raw(name) == null || isAuto(fields, name)
        ? null
        : fields.oneOf(name, allowed, null);
  }

  private static @Nullable Double number(Fields fields, String name, double least, double most) {
    return isAuto(fields, name) ? null : fields.number(name, least, most);
  }

  private static @Nullable Integer integer(Fields fields, String name, int least) {
    return isAuto(fields, name) ? null : fields.integer(name, least, Integer.MAX_VALUE);
  }

  /// OpenAI's way of saying "the default".
  private static boolean isAuto(Fields fields, String name) {
    var value = fields.raw(name);
    return value != null && value.isString() && value.asString().equals("auto");
  }

  /// Whether the arm trains on what the teacher said.
  static boolean needsCritiques(Method method) {
    return method.type().equals(CRITIQUE) || "verified".equals(method.rows());
  }

  /// Whether the arm trains on a response, or on a critique of it.
  static boolean needsResponses(Method method) {
    return needsCritiques(method) || !"answer".equals(method.target());
  }
}
