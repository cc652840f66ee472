package dev.cft.eval.suites;

import dev.cft.eval.evals.Eval;
import dev.cft.eval.evals.Evals;
import dev.cft.eval.suites.Suite.Cell;
import dev.cft.eval.suites.Suite.Row;
import dev.cft.store.StoreJson;
import dev.cft.store.jobs.Job;
import dev.cft.store.jobs.JobId;
import dev.cft.store.jobs.JobKind;
import dev.cft.store.jobs.JobQuery;
import dev.cft.store.jobs.JobState;
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
import tools.jackson.databind.JsonNode;

/// Makes suites' tables from their runs.
@Component
class Suites {
  private final Jobs jobs;
  private final Evals evals;

  Suites(Jobs jobs, Evals evals) {
    this.jobs = jobs;
    this.evals = evals;
  }

  private record Key(String model, double temperature, String mode) {}

  /// The suite of that id, as far as it is.
  Optional<Suite> find(String id) {
    var parts = parts(id);
    return parts.isEmpty() ? Optional.empty() : Optional.of(of(id, parts));
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

  private Suite of(String id, List<Job> parts) {
    var columns = new ArrayList<String>();
    var rows = new LinkedHashMap<Key, Map<String, Cell>>();
    for (var job : parts) {
      var spec = StoreJson.read(job.spec(), EvaluationSpec.class);
      var eval = evals.find(spec.evalId());
      var column =
          eval.map(Eval::profile).map(profile -> profile.benchmark()).orElse(spec.evalId());
      if (!columns.contains(column)) {
        columns.add(column);
      }
      var model = Objects.requireNonNullElse(job.metadata().get(SuiteRequests.MODEL), spec.model());
      rows.computeIfAbsent(
              new Key(model, spec.temperature(), spec.how().mode()), _ -> new LinkedHashMap<>())
          .put(column, cell(job, eval.map(e -> e.profile().metric()).orElse("accuracy")));
    }
    var first = parts.getFirst().metadata();
    var recipe = Optional.ofNullable(first.get(SuiteRequests.RECIPE)).flatMap(Recipe::named);
    return new Suite(
        id,
        "eval.suite",
        first.getOrDefault(SuiteRequests.SUITE_NAME, "suite"),
        recipe.map(Recipe::name).orElse(null),
        parts.stream().filter(job -> job.status().isFinal()).count(),
        parts.size(),
        columns,
        rows.entrySet().stream().map(row -> row(row.getKey(), row.getValue(), columns)).toList(),
        recipe.map(Recipe::paper).orElse(List.of()),
        recipe.map(Recipe::note).orElse(""));
  }

  private static Row row(Key key, Map<String, Cell> cells, List<String> columns) {
    var values = columns.stream().map(cells::get).toList();
    var isWhole = values.stream().allMatch(cell -> cell != null && cell.value() != null);
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

  private static Cell cell(Job job, String metric) {
    JsonNode figure =
        job.state() instanceof JobState.Succeeded(_, var result)
            ? result.path("metrics").path(metric)
            : StoreJson.mapper().createObjectNode();
    return new Cell(
        job.id().value(),
        job.status().wireName(),
        metric,
        figure(figure, "value", metric),
        figure(figure, "ci_low", metric),
        figure(figure, "ci_high", metric));
  }

  /// Shares as percent; a judge's scores as they are.
  private static @Nullable Double figure(JsonNode figure, String name, String metric) {
    if (!figure.path(name).isNumber()) {
      return null;
    }
    var value = figure.path(name).asDouble();
    return metric.startsWith("score") ? value : 100 * value;
  }
}
