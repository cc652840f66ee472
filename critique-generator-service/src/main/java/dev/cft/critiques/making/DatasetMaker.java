package dev.cft.critiques.making;

import dev.cft.critiques.imports.HubImports;
import dev.cft.critiques.operations.Operation;
import dev.cft.critiques.operations.OperationJson;
import dev.cft.critiques.operations.Operations;
import dev.cft.critiques.operations.Surroundings;
import dev.cft.critiques.operations.Watch;
import dev.cft.critiques.rows.FieldMapping;
import dev.cft.store.StoreJson;
import dev.cft.store.datasets.Dataset;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.Datasets;
import dev.cft.store.specs.DatasetSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes a dataset as it was asked for. The same rows and operations always make the same rows: an
/// attempt that was cut off is done again, and what it wrote is left as it is.
@Component
class DatasetMaker {
  private static final int BATCH = 500;

  private final Datasets datasets;
  private final Sources sources;
  private final HubImports hub;

  DatasetMaker(Datasets datasets, Sources sources, HubImports hub) {
    this.hub = hub;
    this.datasets = datasets;
    this.sources = sources;
  }

  /// Who makes it.
  ///
  /// @param origin goes into the lineage
  /// @param watch hears of the progress
  /// @param fence does what writes
  record Order(String id, DatasetSpec spec, Map<String, String> origin, Watch watch, Fence fence) {}

  /// Does what writes, in whose name it must be done.
  interface Fence {
    void write(Runnable work);
  }

  /// Makes the dataset, or finds it made.
  ///
  /// @throws dev.cft.critiques.rows.MalformedRowsException a file's row is malformed
  /// @throws dev.cft.critiques.operations.OperationException the operations cannot be done
  Dataset make(Order order) {
    var there = datasets.find(order.id()).filter(Dataset::complete);
    if (there.isPresent()) {
      return there.get();
    }
    var spec = order.spec();
    var operations = spec.allOperations().stream().map(OperationJson::read).toList();
    var rows = rows(order);
    if (operations.isEmpty()) {
      copy(order, rows);
    } else {
      derive(order, rows, operations);
    }
    order.watch().stage("hashing");
    return datasets.complete(order.id());
  }

  private Surroundings.Rows rows(Order order) {
    var spec = order.spec();
    var mapping = new FieldMapping(spec.fields() == null ? Map.of() : spec.fields());
    if (spec.hub() != null) {
      var taken =
          datasets
              .find(order.id())
              .map(begun -> begun.lineage().path("commit").asString(""))
              .filter(commit -> !commit.isEmpty())
              .orElse(null);
      return hub.rows(spec.hub(), taken, mapping, order.watch()::stage);
    }
    return sources.rows(java.util.Objects.requireNonNull(spec.from()), mapping);
  }

  private void copy(Order order, Surroundings.Rows source) {
    create(order, () -> lineage(order, "import", List.of(source.lineage()), List.of()));
    order.watch().stage("importing");
    var rows = source.open();
    var batch = new ArrayList<DatasetRow>(BATCH);
    var done = 0L;
    while (rows.hasNext()) {
      batch.add(rows.next().at(done + batch.size()));
      if (batch.size() == BATCH || !rows.hasNext()) {
        done += batch.size();
        append(order, List.copyOf(batch));
        order.watch().rows(done, 0);
        batch.clear();
      }
    }
  }

  private void derive(Order order, Surroundings.Rows source, List<Operation> operations) {
    try (var derivation = Operations.on(source, operations, sources)) {
      derivation.select(order.watch());
      create(order, () -> lineage(order, "derive", derivation.sources(), derivation.records()));
      derivation.write(order.watch(), batch -> append(order, batch));
    }
  }

  private void create(Order order, Supplier<JsonNode> lineage) {
    order.fence().write(() -> datasets.create(order.id(), order.spec().name(), lineage.get()));
  }

  private void append(Order order, List<DatasetRow> rows) {
    order.fence().write(() -> datasets.append(order.id(), rows));
  }

  /// One source stands in the record itself, several in a list.
  private static JsonNode lineage(
      Order order, String operation, List<JsonNode> sources, List<Map<String, Object>> records) {
    var lineage = new LinkedHashMap<String, Object>();
    lineage.put("operation", operation);
    lineage.putAll(order.origin());
    ObjectNode json = StoreJson.object(lineage);
    if (sources.size() == 1 && sources.getFirst() instanceof ObjectNode only) {
      json.setAll(only);
    } else {
      json.set("sources", StoreJson.mapper().valueToTree(sources));
    }
    if (!records.isEmpty()) {
      json.set("operations", StoreJson.mapper().valueToTree(records));
    }
    return json;
  }

  /// Leaves nothing of a dataset that could not be made.
  void forget(String id) {
    if (datasets.find(id).filter(dataset -> !dataset.complete()).isPresent()) {
      datasets.delete(id);
    }
  }
}
