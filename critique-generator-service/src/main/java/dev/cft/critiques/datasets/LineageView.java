package dev.cft.critiques.datasets;

import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.Datasets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Everything that a dataset was made of, the oldest first.
///
/// @param steps each dataset with the record of how it was made
record LineageView(String object, String dataset, List<Step> steps) {
  /// @param hash that the later dataset was made of; null where that was never told
  /// @param deleted it is there no more, and only its id and hash are known
  record Step(
      String dataset,
      @Nullable String name,
      @Nullable Long rows,
      @Nullable String hash,
      boolean deleted,
      @Nullable JsonNode lineage) {}

  private record Named(String id, @Nullable String hash) {}

  static LineageView of(Dataset dataset, Datasets datasets) {
    var steps = new ArrayList<Step>();
    var seen = new LinkedHashSet<String>();
    var open = new ArrayDeque<Named>();
    open.add(new Named(dataset.id(), dataset.hash()));
    while (!open.isEmpty()) {
      var next = open.removeFirst();
      if (seen.add(next.id())) {
        var found = datasets.find(next.id());
        steps.add(found.map(LineageView::step).orElseGet(() -> gone(next)));
        found.ifPresent(there -> open.addAll(parents(there.lineage())));
      }
    }
    Collections.reverse(steps);
    return new LineageView("dataset.lineage", dataset.id(), List.copyOf(steps));
  }

  private static Step step(Dataset dataset) {
    return new Step(
        dataset.id(), dataset.name(), dataset.rows(), dataset.hash(), false, dataset.lineage());
  }

  private static Step gone(Named named) {
    return new Step(named.id(), null, null, named.hash(), true, null);
  }

  private static List<Named> parents(JsonNode lineage) {
    var parents = new ArrayList<Named>();
    add(lineage, parents);
    add(lineage.path("input"), parents);
    lineage.path("sources").forEach(source -> add(source, parents));
    return parents;
  }

  private static void add(JsonNode source, List<Named> parents) {
    var id = source.path("dataset").asString("");
    if (!id.isEmpty()) {
      var hash = source.path("hash").asString("");
      parents.add(new Named(id, hash.isEmpty() ? null : hash));
    }
  }
}
