package dev.cft.trainer.finetuning;

import dev.cft.store.specs.FineTuningSpec;
import dev.cft.store.specs.FineTuningSpec.Hyperparameters;
import dev.cft.store.specs.FineTuningSpec.Method;
import dev.cft.trainer.finetuning.FineTuningRequest.MethodRequest;
import dev.cft.trainer.finetuning.FineTuningRequest.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Checks a request whole and makes the job's spec of it.
@Component
final class RequestCheck {
  static final String CRITIQUE = "critique";
  static final String SUPERVISED = "supervised";

  /// OpenAI's limits.
  private static final int METADATA_PAIRS = 16;

  private static final int METADATA_KEY = 64;
  private static final int METADATA_VALUE = 512;
  private static final int SUFFIX = 64;
  private static final Pattern SUFFIX_LETTERS = Pattern.compile("[A-Za-z0-9._-]+");

  /// Our choice: more than any published recipe has.
  private static final int STAGES = 8;

  /// Our choice: enough to order any queue, small enough to be read.
  private static final int PRIORITY = 1000;

  private final References references;
  private final CourseReader courses;
  private final Placements placements;

  RequestCheck(References references, CourseReader courses, Placements placements) {
    this.references = references;
    this.courses = courses;
    this.placements = placements;
  }

  /// The jobs that the request asks for, first to last, whatever is wrong with them noted. The
  /// stages after the first have no model yet.
  List<Checked> stages(FineTuningRequest request, Faults faults) {
    var stages = new ArrayList<Checked>();
    stages.add(check(request, faults, true));
    List<FineTuningRequest> then = request.then() == null ? List.of() : request.then();
    if (then.size() >= STAGES) {
      faults.invalid("then", then.size() + " stages", "at most " + (STAGES - 1));
    }
    for (int i = 0; i < then.size(); i++) {
      var own = new Faults();
      refuseWhatTheFirstSays(then.get(i), own);
      stages.add(check(then.get(i), own, false));
      faults.addAll("then[%d]".formatted(i), own);
    }
    return stages;
  }

  private static void refuseWhatTheFirstSays(FineTuningRequest stage, Faults faults) {
    if (stage.model() != null) {
      faults.invalid("model", "'" + stage.model() + "'", "none: it is the stage's before");
    }
    if (stage.metadata() != null
        || stage.priority() != null
        || stage.then() != null
        || stage.dryRun() != null) {
      faults.add(
          "invalid_value", "stage", "metadata, priority, then and dry_run stand outside of `then`");
    }
  }

  private Checked check(FineTuningRequest asked, Faults faults, boolean isFirst) {
    FineTuningRequest request = placements.filled(asked, faults);
    Method method = method(request, faults);
    References.Needed needed = references.check(request, method, isFirst, faults);
    var spec =
        new FineTuningSpec(
            text(request.model()),
            text(request.trainingFile()),
            request.validationFile(),
            method,
            seed(request.seed(), faults),
            suffix(request.suffix(), faults),
            courses.read(request, faults),
            placements.placement(request, method, faults));
    Map<String, String> metadata = metadata(request.metadata(), faults);
    int gpus = placements.gpus(request, faults);
    checkRest(request, faults);
    int priority = request.priority() == null ? 0 : request.priority();
    return new Checked(spec, needed, metadata, priority, gpus);
  }

  /// A request without fault.
  record Checked(
      FineTuningSpec spec,
      References.Needed needed,
      Map<String, String> metadata,
      int priority,
      int gpus) {}

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static Method method(FineTuningRequest request, Faults faults) {
    MethodRequest method = request.method();
    String type = method == null || method.type() == null ? SUPERVISED : method.type();
    if (method != null && method.type() == null) {
      faults.add("missing_parameter", "method.type", "is missing; allowed: supervised, critique");
    }
    if (!List.of(SUPERVISED, CRITIQUE).contains(type)) {
      faults.invalid("method.type", "'" + type + "'", "supervised, critique");
      return new Method(SUPERVISED, null, null, null, null);
    }
    if (method != null) {
      checkOnlyOwnSettings(type, method, faults);
    }
    Settings settings = settings(type, method);
    String at = "method." + type;
    checkChoice(settings.rows(), List.of("all", "verified"), at + ".rows", faults);
    checkTarget(type, settings.target(), faults);
    if (settings.maxRows() != null && settings.maxRows() < 1) {
      faults.invalid(at + ".max_rows", settings.maxRows(), "1 or more");
    }
    return new Method(
        type,
        settings.target(),
        settings.rows(),
        settings.maxRows(),
        hyperparameters(request, settings, at, faults));
  }

  private static Hyperparameters hyperparameters(
      FineTuningRequest request, Settings settings, String at, Faults faults) {
    var reader = new HyperparameterReader(faults);
    return settings.hyperparameters() == null
        ? reader.read(request.hyperparameters(), "hyperparameters")
        : reader.read(settings.hyperparameters(), at + ".hyperparameters");
  }

  private static Settings settings(String type, @Nullable MethodRequest method) {
    if (method == null) {
      return Settings.NONE;
    }
    Settings settings = type.equals(CRITIQUE) ? method.critique() : method.supervised();
    return settings == null ? Settings.NONE : settings;
  }

  private static void checkOnlyOwnSettings(String type, MethodRequest method, Faults faults) {
    boolean other = (type.equals(CRITIQUE) ? method.supervised() : method.critique()) != null;
    if (other || method.dpo() != null || method.reinforcement() != null) {
      String which =
          other
              ? (type.equals(CRITIQUE) ? SUPERVISED : CRITIQUE)
              : method.dpo() != null ? "dpo" : "reinforcement";
      faults.add(
          "invalid_value",
          "method." + which,
          "does not belong to method.type '%s'; allowed: method.%s".formatted(type, type));
    }
  }

  private static void checkTarget(String type, @Nullable String target, Faults faults) {
    String at = "method." + type + ".target";
    if (type.equals(CRITIQUE) && target != null) {
      faults.add(
          "invalid_value", at, "is for method.type 'supervised': the target is the critique");
    } else {
      checkChoice(target, List.of("response", "answer"), at, faults);
    }
  }

  private static void checkChoice(
      @Nullable String value, List<String> allowed, String param, Faults faults) {
    if (value != null && !allowed.contains(value)) {
      faults.invalid(param, "'" + value + "'", String.join(", ", allowed));
    }
  }

  private static long seed(@Nullable JsonNode seed, Faults faults) {
    if (seed == null || seed.isNull()) {
      return ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
    }
    if (!seed.isIntegralNumber() || seed.asLong(-1) < 0 || seed.asLong() > Integer.MAX_VALUE) {
      faults.invalid("seed", seed, "a whole number from 0 to 2147483647");
      return 0;
    }
    return seed.asLong();
  }

  static @Nullable String suffix(@Nullable String suffix, Faults faults) {
    if (suffix != null && (suffix.length() > SUFFIX || !SUFFIX_LETTERS.matcher(suffix).matches())) {
      faults.invalid(
          "suffix", "'" + suffix + "'", "1 to 64 letters, digits, dots, underscores or hyphens");
    }
    return suffix;
  }

  private static Map<String, String> metadata(
      @Nullable Map<String, @Nullable String> metadata, Faults faults) {
    if (metadata == null) {
      return Map.of();
    }
    if (metadata.size() > METADATA_PAIRS) {
      faults.invalid("metadata", metadata.size() + " pairs", "at most " + METADATA_PAIRS);
    }
    var checked = new java.util.LinkedHashMap<String, String>();
    metadata.forEach((key, value) -> {
      if (key.length() > METADATA_KEY || value == null || value.length() > METADATA_VALUE) {
        faults.invalid(
            "metadata." + key,
            value == null ? "null" : value.length() + " characters",
            "a text of at most 512 characters under a key of at most 64");
      } else {
        checked.put(key, value);
      }
    });
    return checked;
  }

  private static void checkRest(FineTuningRequest request, Faults faults) {
    Integer priority = request.priority();
    if (priority != null && Math.abs(priority) > PRIORITY) {
      faults.invalid("priority", priority, "a whole number from -1000 to 1000");
    }
  }
}
