package dev.cft.critiques.operations;

import dev.cft.store.datasets.DatasetRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Drops rows that share a run of words with a text that will be tested on: 13 words, as GPT-3 did
/// (Brown et al. 2020, appendix C).
final class DecontaminateStep implements Step {
  private static final int USUAL_RUN = 13;

  private final int words;
  private final List<RowField> fields;
  private final RunSet runs = new RunSet();
  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> found = new TreeMap<>();

  DecontaminateStep(Operation.Decontaminate operation, Surroundings surroundings) {
    this.words = Objects.requireNonNullElse(operation.words(), USUAL_RUN);
    this.fields = Objects.requireNonNullElse(operation.on(), List.of(RowField.PROMPT));
    for (var against : operation.against()) {
      if (against.startsWith("benchmark")) {
        surroundings
            .benchmarks(against)
            .forEach(texts -> {
              var name = named(texts.name());
              texts.forEach(text -> learn(text, name));
            });
      } else {
        var name = named(against);
        surroundings
            .rows(against)
            .open()
            .forEachRemaining(row -> {
              var text = RowField.PROMPT.of(row);
              learn(text == null ? "" : text, name);
            });
      }
    }
  }

  private int named(String name) {
    names.add(name);
    return names.size() - 1;
  }

  private void learn(String text, int name) {
    for (var run : Words.runs(Words.of(text), words)) {
      runs.add(run, name);
    }
  }

  @Override
  public boolean keeps(int place, DatasetRow row) {
    for (var field : fields) {
      var text = field.of(row);
      if (text != null) {
        for (var run : Words.runs(Words.of(text), words)) {
          var name = runs.find(run);
          if (name >= 0) {
            found.merge(names.get(name), 1, Integer::sum);
            return false;
          }
        }
      }
    }
    return true;
  }

  @Override
  public Map<String, Object> record() {
    return Map.of("runs", runs.size(), "found_in", found);
  }
}
