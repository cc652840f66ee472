package dev.cft.eval.experiments;

import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.Evals;
import dev.cft.eval.requests.Faults;
import dev.cft.eval.requests.Fields;
import dev.cft.store.specs.ExperimentSpec;
import dev.cft.store.specs.ExperimentSpec.Arm;
import dev.cft.store.specs.ExperimentSpec.Critiques;
import dev.cft.store.specs.ExperimentSpec.Evaluation;
import dev.cft.store.specs.ExperimentSpec.Responses;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/// Reads requests for experiments and checks them as a whole.
@Component
class ExperimentRequests {
  private static final int MOST_SEEDS = 100;
  private static final int MOST_ARMS = 50;
  private static final int MAX_TOKENS = 512;
  private static final String ARM_NAME = "[\\p{L}\\p{N}._-]{1,64}";

  private final Evals evals;
  private final Inputs inputs;

  ExperimentRequests(Evals evals, Inputs inputs) {
    this.evals = evals;
    this.inputs = inputs;
  }

  /// An experiment that is asked for.
  record Asked(ExperimentSpec spec, List<Eval> evals, Needed needs, Map<String, String> metadata) {}

  Asked read(JsonNode body) {
    var faults = new Faults();
    var request = Fields.of(body, faults);
    var metadata = request.metadata("metadata");
    var spec =
        new ExperimentSpec(
            name(request),
            request.text("input"),
            request.text("base_model"),
            responses(request).orElse(null),
            critiques(request).orElse(null),
            arms(request),
            request.texts("evals"),
            seeds(request),
            evaluation(request));
    request.refuseOthers();
    var found = evals(spec, request);
    var needs = inputs.check(spec, faults);
    faults.refuseIfAny("invalid_experiment");
    return new Asked(spec, found, needs, metadata);
  }

  private static String name(Fields request) {
    var name = request.text("name");
    if (name.length() > 200) {
      request.fault("name", "may have at most 200 characters, got " + name.length());
    }
    return name;
  }

  private static Optional<Responses> responses(Fields request) {
    return request
        .object("responses")
        .map(fields -> {
          var responses =
              new Responses(
                  fields.integer("n", 1, 1000, 1),
                  fields.number("temperature", 0, 2, 1),
                  fields.number("top_p", 1e-6, 1, 1),
                  fields.integer("max_tokens", 1, 1_000_000, MAX_TOKENS),
                  fields.integer("limit", 1, Integer.MAX_VALUE));
          fields.refuseOthers();
          return responses;
        });
  }

  private static Optional<Critiques> critiques(Fields request) {
    return request
        .object("critiques")
        .map(fields -> {
          var critiques =
              new Critiques(
                  fields.text("teacher"),
                  fields.optionalText("prompt_version").orElse(null),
                  fields.integer("limit", 1, Integer.MAX_VALUE),
                  fields.number("budget_usd", 0, 1e9));
          fields.refuseOthers();
          return critiques;
        });
  }

  private static List<Arm> arms(Fields request) {
    var arms = new ArrayList<Arm>();
    var names = new HashSet<String>();
    var untrained = 0;
    for (var fields : request.objects("arms")) {
      var arm = new Arm(fields.text("name"), Methods.read(fields).orElse(null));
      if (!arm.name().isEmpty() && !arm.name().matches(ARM_NAME)) {
        fields.fault(
            "name", "'%s' must be 1 to 64 letters, digits, '-', '_' or '.'".formatted(arm.name()));
      }
      if (!arm.name().isEmpty() && !names.add(arm.name())) {
        fields.fault("name", "'%s' is used twice".formatted(arm.name()));
      }
      if (fields.raw("method") == null && ++untrained == 2) {
        fields.fault("method", "is missing, and another arm is the untrained base already");
      }
      fields.refuseOthers();
      arms.add(arm);
    }
    if ((arms.isEmpty() || arms.size() > MOST_ARMS) && !request.isFaulty("arms")) {
      request.fault("arms", "must have 1 to %d arms, got %d".formatted(MOST_ARMS, arms.size()));
    }
    return arms;
  }

  private static List<Long> seeds(Fields request) {
    if (request.raw("seeds") == null) {
      return List.of(1L);
    }
    var seeds = request.wholes("seeds");
    if ((seeds.isEmpty() || seeds.size() > MOST_SEEDS) && !request.isFaulty("seeds")) {
      request.fault("seeds", "must have 1 to %d seeds, got %d".formatted(MOST_SEEDS, seeds.size()));
    }
    for (var i = 0; i < seeds.size(); i++) {
      if (seeds.indexOf(seeds.get(i)) < i) {
        request.fault("seeds[%d]".formatted(i), "%d is used twice".formatted(seeds.get(i)));
      } else if (seeds.get(i) < 0 || seeds.get(i) > Integer.MAX_VALUE) {
        request.fault(
            "seeds[%d]".formatted(i),
            "must be from 0 to %d, got %d".formatted(Integer.MAX_VALUE, seeds.get(i)));
      }
    }
    return seeds;
  }

  private static Evaluation evaluation(Fields request) {
    return request
        .object("evaluation")
        .map(fields -> {
          var evaluation =
              new Evaluation(
                  fields.number("temperature", 0, 2, 0),
                  fields.integer("max_tokens", 1, 1_000_000, MAX_TOKENS),
                  fields.integer("limit", 1, Integer.MAX_VALUE),
                  fields.stops("stop"));
          fields.refuseOthers();
          return evaluation;
        })
        .orElse(new Evaluation(0, MAX_TOKENS, null, List.of()));
  }

  private List<Eval> evals(ExperimentSpec spec, Fields request) {
    var found = new ArrayList<Eval>();
    if (spec.evals().isEmpty() && !request.isFaulty("evals")) {
      request.fault("evals", "at least one is needed");
    }
    for (var i = 0; i < spec.evals().size(); i++) {
      var id = spec.evals().get(i);
      var eval = evals.find(id);
      var at = "evals[%d]".formatted(i);
      if (spec.evals().indexOf(id) < i) {
        request.fault(at, "'%s' is used twice".formatted(id));
      } else if (eval.isEmpty()) {
        request.fault(at, "there is no eval '%s'".formatted(id));
      } else if (eval.get().itemSet() == null) {
        request.fault(
            at, "eval '%s' has no items of its own; create it with `input`".formatted(id));
      }
      eval.ifPresent(found::add);
    }
    return found;
  }
}
