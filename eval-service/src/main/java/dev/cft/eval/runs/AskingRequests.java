package dev.cft.eval.runs;

import dev.cft.eval.endpoints.Endpoints;
import dev.cft.eval.evals.Criterion;
import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.ItemSets;
import dev.cft.eval.evals.PromptVariant;
import dev.cft.eval.requests.Fields;
import dev.cft.store.specs.EvaluationSpec.Asking;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads how items are asked: `n`, `mode`, `rounds`, `prompt`, `sample_ids`, `fresh`, `judge`.
record AskingRequests(ItemSets sets, Endpoints endpoints) {
  /// Most samples of an item (our choice).
  private static final int MOST_SAMPLES = 1024;

  private static final int MOST_ROUNDS = 64;

  Asking read(Fields fields, Eval eval, @Nullable String itemSet) {
    var samples = fields.integer("n", 1, MOST_SAMPLES, 1);
    var mode = fields.oneOf("mode", Mode.names(), Asking.PLAIN.mode());
    var rounds = fields.integer("rounds", 1, MOST_ROUNDS, Asking.PLAIN.rounds());
    var prompt = fields.optionalText("prompt");
    prompt.ifPresent(name -> {
      if (eval.profile().prompt(name).isEmpty()) {
        fields.fault("prompt", objection(name, eval));
      }
    });
    return new Asking(
        samples,
        mode,
        rounds,
        prompt.orElse(null),
        itemSet == null ? ids(fields) : places(fields, itemSet),
        fields.flag("fresh", false),
        judge(fields, eval));
  }

  /// Who rates the answers: an endpoint, needed by criteria that judge by asking and by no others.
  private @Nullable String judge(Fields fields, Eval eval) {
    var judge = fields.optionalText("judge").orElse(null);
    var isNeeded = eval.criterionList().stream().anyMatch(Criterion::isRemote);
    if (judge == null && isNeeded && !fields.isFaulty("judge")) {
      fields.fault(
          "judge",
          "is missing: this eval's answers are rated by a model; name one of the endpoints %s"
              .formatted(endpoints.names()));
    } else if (judge != null && !isNeeded) {
      fields.fault("judge", "goes with criteria of type mt_bench only, and this eval has none");
    } else if (judge != null && endpoints.find(judge).isEmpty()) {
      fields.fault("judge", endpoints.objectionTo(judge));
    }
    return judge;
  }

  private static String objection(String name, Eval eval) {
    var names = eval.profile().prompts().stream().map(PromptVariant::name).toList();
    return names.isEmpty()
        ? "'%s' is not known: this eval has one prompt, which needs no name".formatted(name)
        : "'%s' is not known; the eval has %s".formatted(name, String.join(", ", names));
  }

  private static @Nullable List<Long> ids(Fields fields) {
    fields.raw("sample_ids");
    return null;
  }

  /// Places of the items that `sample_ids` names: texts are items' own ids, numbers are places.
  private @Nullable List<Long> places(Fields fields, String itemSet) {
    var given = fields.raw("sample_ids");
    if (given == null) {
      return null;
    }
    var count = sets.count(itemSet).orElse(0L);
    var places = new TreeSet<Long>();
    var names = new ArrayList<String>();
    for (JsonNode id : given.isArray() ? given : List.of(given)) {
      if (id.isIntegralNumber() && id.asLong() >= 0 && id.asLong() < count) {
        places.add(id.asLong());
      } else if (id.isString()) {
        names.add(id.asString());
      } else {
        fields.fault(
            "sample_ids",
            "'%s' is no id of an item and no place from 0 to %d".formatted(id, count - 1));
      }
    }
    var found = sets.placesOf(itemSet, names);
    names.stream()
        .filter(name -> !found.containsKey(name))
        .forEach(name -> fields.fault("sample_ids", "there is no item '%s'".formatted(name)));
    places.addAll(found.values());
    if (places.isEmpty() && !fields.isFaulty("sample_ids")) {
      fields.fault("sample_ids", "must name at least one item");
    }
    return List.copyOf(places);
  }
}
