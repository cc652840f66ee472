package dev.cft.eval.suites;

import dev.cft.eval.evals.Criterion;
import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.EvalLookup;
import dev.cft.eval.requests.Faults;
import dev.cft.eval.requests.Fields;
import dev.cft.eval.runs.RunPlanner;
import dev.cft.eval.runs.RunPlanner.Planned;
import dev.cft.service.errors.ApiException;
import dev.cft.store.StoreJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads requests for suites and plans their runs.
@Component
class SuiteRequests {
  static final String SUITE = "suite";
  static final String SUITE_NAME = "suite_name";
  static final String RECIPE = "recipe";
  static final String MODEL = "suite_model";

  /// Runs of one suite (our choice).
  private static final int MOST_RUNS = 500;

  /// What every run of the suite is asked with, as a request for one run has it.
  private static final List<String> SHARED =
      List.of("n", "limit", "max_tokens", "top_p", "seed", "stop", "rounds", "fresh", "prompt");

  private static final String JUDGE = "judge";

  private final EvalLookup evals;
  private final RunPlanner planner;

  SuiteRequests(EvalLookup evals, RunPlanner planner) {
    this.evals = evals;
    this.planner = planner;
  }

  private record Model(String name, String id) {}

  /// The runs that a request asks for.
  List<Planned> read(JsonNode body, String suite) {
    var faults = new Faults();
    var request = Fields.of(body, faults);
    var recipe = recipe(request);
    var name = request.optionalText("name").orElse(recipe == null ? "suite" : recipe.title());
    var models = models(request);
    var names = or(request.texts("evals"), recipe == null ? List.of() : recipe.evals());
    var temperatures = or(numbers(request), recipe == null ? List.of(0.0) : recipe.temperatures());
    var modes = or(request.texts("modes"), recipe == null ? List.of("direct") : recipe.modes());
    var shared = StoreJson.mapper().createObjectNode();
    SHARED.forEach(field -> {
      var value = request.raw(field);
      if (value != null) {
        shared.set(field, value);
      }
    });
    var judge = request.optionalText(JUDGE);
    if (names.isEmpty()) {
      request.fault("evals", "at least one is needed, or a recipe");
    }
    if ((long) models.size() * names.size() * temperatures.size() * modes.size() > MOST_RUNS) {
      request.fault("models", "the suite would have more than %d runs".formatted(MOST_RUNS));
    }
    request.refuseOthers();
    faults.refuseIfAny("invalid_suite");
    var tags = new LinkedHashMap<String, String>();
    tags.put(SUITE, suite);
    tags.put(SUITE_NAME, name);
    if (recipe != null) {
      tags.put(RECIPE, recipe.name());
    }
    var planned = new ArrayList<Planned>();
    for (var evalName : names) {
      var eval = eval(evalName);
      var asked = shared.deepCopy();
      if (eval.criterionList().stream().anyMatch(Criterion::isRemote)) {
        judge.ifPresent(endpoint -> asked.put(JUDGE, endpoint));
      }
      for (var model : models) {
        tags.put(MODEL, model.name());
        for (var temperature : temperatures) {
          for (var mode : modes) {
            var run = run(asked, model, temperature, mode, name);
            planned.add(planner.plan(eval, run, Map.copyOf(tags)));
          }
        }
      }
    }
    return planned;
  }

  private Eval eval(String name) {
    return evals
        .find(name)
        .orElseThrow(() ->
            ApiException.badRequest(
                "eval_not_found",
                "evals: there is no eval or benchmark '%s'".formatted(name),
                "evals"));
  }

  private static ObjectNode run(
      ObjectNode shared, Model model, double temperature, String mode, String name) {
    return shared
        .deepCopy()
        .put("model", model.id())
        .put("name", "%s: %s".formatted(name, model.name()))
        .put("temperature", temperature)
        .put("mode", mode);
  }

  private static @Nullable Recipe recipe(Fields request) {
    var name = request.optionalText("recipe");
    if (name.isEmpty()) {
      return null;
    }
    var found = Recipe.named(name.get());
    if (found.isEmpty()) {
      request.fault(
          "recipe",
          "'%s' is not known; allowed: %s"
              .formatted(name.get(), String.join(", ", Recipe.names())));
    }
    return found.orElse(null);
  }

  /// Texts, or objects of `name` and `model`.
  private static List<Model> models(Fields request) {
    var given = request.raw("models");
    var models = new ArrayList<Model>();
    if (given == null || !given.isArray() || given.isEmpty()) {
      request.fault("models", "must be an array of at least one model or {name, model}");
      return models;
    }
    for (var model : given) {
      if (model.isString() && !model.asString().isBlank()) {
        models.add(new Model(model.asString(), model.asString()));
      } else if (model.path("name").isString() && model.path("model").isString()) {
        models.add(new Model(model.path("name").asString(), model.path("model").asString()));
      } else {
        request.fault("models", "'%s' is no model and no {name, model}".formatted(model));
      }
    }
    return models;
  }

  private static List<Double> numbers(Fields request) {
    var numbers = new ArrayList<Double>();
    var given = request.raw("temperatures");
    for (var number : given == null ? List.<JsonNode>of() : given) {
      if (number.isNumber()) {
        numbers.add(number.asDouble());
      } else {
        request.fault("temperatures", "'%s' is no number".formatted(number));
      }
    }
    return numbers;
  }

  private static <T> List<T> or(List<T> given, List<T> usual) {
    return given.isEmpty() ? usual : given;
  }
}
