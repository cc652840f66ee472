package dev.cft.critiques.operations;

import dev.cft.store.StoreJson;
import dev.cft.store.datasets.DatasetRow;
import dev.cft.store.datasets.DatasetRow.Outcome;
import dev.cft.store.datasets.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Rows in memory, and what operations make of them.
record InMemory(Path folder, Map<String, List<DatasetRow>> others) implements Surroundings {
  InMemory(Path folder) {
    this(folder, new HashMap<>());
  }

  private record Listed(List<DatasetRow> rows) implements Rows {
    @Override
    public JsonNode lineage() {
      return StoreJson.mapper().createObjectNode();
    }

    @Override
    public long total() {
      return rows.size();
    }

    @Override
    public Iterator<DatasetRow> open() {
      return rows.iterator();
    }
  }

  @Override
  public Rows rows(String id) {
    return new Listed(others.getOrDefault(id, List.of()));
  }

  @Override
  public TokenCounter tokenizer(String model) {
    return text -> text.split(" ", -1).length;
  }

  @Override
  public List<Texts> benchmarks(String name) {
    return List.of();
  }

  /// What came of it.
  record Result(List<DatasetRow> rows, List<Map<String, Object>> records) {
    List<String> questions() {
      return rows.stream().map(row -> String.valueOf(row.question())).toList();
    }
  }

  Result derive(List<DatasetRow> rows, Operation... operations) {
    try (var derivation = Operations.on(new Listed(rows), List.of(operations), this)) {
      derivation.select(Watch.NONE);
      var written = new ArrayList<DatasetRow>();
      derivation.write(Watch.NONE, written::addAll);
      written.sort(Comparator.comparingLong(DatasetRow::seq));
      return new Result(written, derivation.records());
    }
  }

  static DatasetRow row(
      long seq, String question, @Nullable String response, @Nullable Verdict verdict) {
    return new DatasetRow(
        seq,
        question,
        null,
        response,
        verdict == null ? null : "Conclusion: " + verdict.wireName(),
        verdict,
        null,
        null,
        Outcome.OK,
        null);
  }
}
