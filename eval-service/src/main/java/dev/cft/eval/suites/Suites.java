package dev.cft.eval.suites;

import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.EvalProfile;
import dev.cft.eval.evals.Evals;
import dev.cft.eval.suites.Recipe.Column;
import dev.cft.eval.suites.Suite.Cell;
import dev.cft.eval.suites.Suite.Row;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobQuery;
import dev.cft.store.jobs.Jobs;
import dev.cft.store.specs.EvaluationSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Makes suites' tables from their runs.
@Component
class Suites {
  private static final String ACCURACY = "accuracy";

  private final Jobs jobs;
  private final Evals evals;

  Suites(Jobs jobs, Evals evals) {
    this.jobs = jobs;
    this.evals = evals;
  }

  private record Key(String model, double temperature, String mode) {}

  /// The suite of that id, as far as it is.
  ///
  /// @param metric instead of the headlines of benchmarks that have several graders; null for them
  Optional<Suite> find(String id, @Nullable String metric) {
    var parts = parts(id);
    return parts.isEmpty() ? Optional.empty() : Optional.of(of(id, parts, metric));
  }

  private List<Job> parts(String id) {
    var parts = new ArrayList<Job>();
    JobId after = null;
    var hasMore = true;
    while (hasMore) {
      var page =
          jobs.list(
              new JobQuery(
                  Set.of(JobKind.EVALUATION),
                  Set.of(),
                  Map.of(SuiteRequests.SUITE, id),
                  after,
                  1000,
                  false));
      parts.addAll(page.data());
      hasMore = page.hasMore();
      after = page.data().isEmpty() ? null : page.data().getLast().id();
    }
    return parts;
  }

  private Suite of(String id, List<Job> parts, @Nullable String metric) {
    var first = parts.getFirst().metadata();
    var recipe = Optional.ofNullable(first.get(SuiteRequests.RECIPE)).flatMap(Recipe::named);
    var names = new ArrayList<String>();
    var rows = new LinkedHashMap<Key, Map<String, Cell>>();
    for (var job : parts) {
      var spec = StoreJson.read(job.spec(), EvaluationSpec.class);
      var model = Objects.requireNonNullElse(job.metadata().get(SuiteRequests.MODEL), spec.model());
      var key = new Key(model, spec.temperature(), spec.how().mode());
      var cells = rows.computeIfAbsent(key, _ -> new LinkedHashMap<>());
      for (var column : columns(spec.evalId(), recipe, metric)) {
        if (!names.contains(column.name())) {
          names.add(column.name());
        }
        cells.put(column.name(), new Figures(job).cell(column.metric()));
      }
    }
    return new Suite(
        id,
        "eval.suite",
        first.getOrDefault(SuiteRequests.SUITE_NAME, "suite"),
        recipe.map(Recipe::name).orElse(null),
        parts.stream().filter(job -> job.status().isFinal()).count(),
        parts.size(),
        names,
        rows.entrySet().stream().map(row -> row(row.getKey(), row.getValue(), names)).toList(),
        recipe.map(Recipe::paper).orElse(List.of()),
        recipe.map(Recipe::note).orElse(""));
  }

  /// The columns that a run of that eval fills: the recipe's, or its headline.
  ///
  /// @param metric instead of headlines that are an accuracy; null for the headlines
  private List<Column> columns(String evalId, Optional<Recipe> recipe, @Nullable String metric) {
    var profile = evals.find(evalId).map(Eval::profile);
    var name = profile.map(EvalProfile::benchmark).orElse(evalId);
    var own =
        recipe.map(Recipe::columns).orElse(List.of()).stream()
            .filter(column -> column.eval().equals(name))
            .toList();
    if (!own.isEmpty()) {
      return own;
    }
    var headline = profile.map(EvalProfile::metric).orElse(ACCURACY);
    var shown = metric != null && headline.startsWith(ACCURACY) ? metric : headline;
    return List.of(new Column(name, name, shown));
  }

  private static Row row(Key key, Map<String, Cell> cells, List<String> columns) {
    var values = columns.stream().map(cells::get).toList();
    var isWhole =
        values.stream()
            .allMatch(
                cell -> cell != null && cell.value() != null && !Figures.isRating(cell.metric()));
    var average =
        isWhole
            ? Double.valueOf(
                values.stream()
                    .mapToDouble(cell -> Objects.requireNonNull(cell.value()))
                    .average()
                    .orElse(0))
            : null;
    return new Row(key.model(), key.temperature(), key.mode(), cells, average);
  }
}
