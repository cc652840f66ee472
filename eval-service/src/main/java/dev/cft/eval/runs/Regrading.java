package dev.cft.eval.runs;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.cft.eval.evals.Criterion;
import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.ItemSets;
import dev.cft.eval.evals.Judge;
import dev.cft.eval.evals.MathCheck;
import dev.cft.eval.requests.Faults;
import dev.cft.eval.requests.Fields;
import dev.cft.eval.statistics.Proportion;
import dev.cft.grading.Graders;
import dev.cft.service.errors.ApiException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Grades a run's stored answers with another grader.
@Component
class Regrading {
  private static final int PAGE = 500;
  private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

  /// Changed verdicts that an answer shows; all are counted.
  private static final int SHOWN = 100;

  private final Runs runs;
  private final ItemSets sets;

  Regrading(Runs runs, ItemSets sets) {
    this.runs = runs;
    this.sets = sets;
  }

  /// An item whose verdict differs from the stored one.
  record Change(String outputItem, String from, String to, String reason) {}

  /// What another grader says of the run.
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record RegradeJson(
      String object,
      String evalId,
      String runId,
      String grader,
      Map<String, Integer> verdicts,
      @Nullable Double accuracy,
      @Nullable Double ciLow,
      @Nullable Double ciHigh,
      int changed,
      List<Change> changes) {}

  RegradeJson regrade(Eval eval, Run run, JsonNode body) {
    var faults = new Faults();
    var request = Fields.of(body, faults);
    var name = request.oneOf("grader", known(), null);
    request.refuseOthers();
    faults.refuseIfAny("invalid_regrade");
    var grader = Graders.named(name);
    var check = mathCheck(eval);
    var again = new MathCheck(check.name(), grader, List.of(), check.input(), check.reference());
    var tally = new Tally();
    var page = runs.items(run.id(), ItemFilter.ALL, null, PAGE, false);
    while (!page.data().isEmpty()) {
      var values = values(run, page.data());
      page.data()
          .forEach(item ->
              grade(
                  item, values.getOrDefault(item.itemSeq(), NOTHING), check.name(), again, tally));
      page = runs.items(run.id(), ItemFilter.ALL, page.data().getLast().seq(), PAGE, false);
    }
    return tally.json(run, grader.name());
  }

  private static List<String> known() {
    var names = Graders.names();
    var bare = names.stream().map(name -> name.substring(0, name.indexOf('@')));
    return Stream.concat(names.stream(), bare).distinct().toList();
  }

  private static MathCheck mathCheck(Eval eval) {
    return eval.criterionList().stream()
        .flatMap(c -> c instanceof MathCheck math ? Stream.of(math) : Stream.empty())
        .findFirst()
        .orElseThrow(() ->
            ApiException.badRequest(
                "no_math_criterion",
                "The eval has no criterion of type math, so there is nothing to grade again.",
                "eval_id"));
  }

  private Map<Long, JsonNode> values(Run run, List<OutputItem> items) {
    var places = items.stream().map(OutputItem::itemSeq).distinct().toList();
    var values = new HashMap<Long, JsonNode>();
    sets.read(run.itemSet(), places).forEach(item -> values.put(item.seq(), item.value()));
    return values;
  }

  private void grade(
      OutputItem item, JsonNode value, String criterion, MathCheck again, Tally tally) {
    if (item.status() == OutputItem.Status.ERROR) {
      return;
    }
    var before =
        item.results().stream()
            .filter(r -> r.name().equals(criterion))
            .map(Criterion.Judgement::verdict)
            .findFirst();
    tally.add(item, before, again.judge(value, item.sample().answer(), Judge.NONE));
  }

  /// Verdicts counted, changes kept.
  private static final class Tally {
    private final Map<String, Integer> verdicts = new HashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private int changed;

    private void add(OutputItem item, Optional<String> before, Criterion.Judgement now) {
      verdicts.merge(now.verdict(), 1, Integer::sum);
      if (before.isPresent() && !before.get().equals(now.verdict())) {
        changed++;
        if (changes.size() < SHOWN) {
          changes.add(
              new Change(
                  OutputItemJson.id(item.runId(), item.seq()),
                  before.get(),
                  now.verdict(),
                  now.reason()));
        }
      }
    }

    private RegradeJson json(Run run, String grader) {
      var graded = verdicts.values().stream().mapToInt(Integer::intValue).sum();
      var share = graded == 0 ? null : new Proportion(verdicts.getOrDefault("correct", 0), graded);
      return new RegradeJson(
          "eval.run.regrade",
          run.evalId(),
          run.id(),
          grader,
          verdicts,
          share == null ? null : share.share(),
          share == null ? null : share.wilson().low(),
          share == null ? null : share.wilson().high(),
          changed,
          changes);
    }
  }
}
