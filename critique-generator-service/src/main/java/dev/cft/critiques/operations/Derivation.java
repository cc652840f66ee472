package dev.cft.critiques.operations;

import dev.cft.store.datasets.DatasetRow;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Operations applied to rows, one after another. First passes over the rows decide which are kept,
/// then one more writes them: the same rows and operations always give the same result.
public final class Derivation implements AutoCloseable {
  /// Rows handed over at a time, and between two reports (our choice).
  private static final int BATCH = 500;

  private final Pool pool;
  private final List<Operation> operations;
  private final List<Step> steps;
  private final BitSet kept = new BitSet();
  private final List<Map<String, Object>> records = new ArrayList<>();
  private final @Nullable Long orderSeed;
  private long passes;

  Derivation(Pool pool, List<Operation> operations, List<Step> steps) {
    this.pool = pool;
    this.operations = List.copyOf(operations);
    this.steps = List.copyOf(steps);
    this.orderSeed =
        operations.stream()
            .filter(Operation.Shuffle.class::isInstance)
            .map(Operation.Shuffle.class::cast)
            .reduce((_, last) -> last)
            .map(last -> last.seed() == null ? 0L : last.seed())
            .orElse(null);
    kept.set(0, pool.first(1));
  }

  /// Decides which rows are kept.
  public void select(Watch watch) {
    for (var from = 0; from < steps.size(); ) {
      var to = from + 1;
      while (to < steps.size() && steps.get(to - 1).decidesAtOnce() && steps.get(to).looks()) {
        to++;
      }
      pass(from, to, watch);
      from = to;
    }
  }

  /// Steps that can share a pass.
  private void pass(int from, int to, Watch watch) {
    var before = kept.cardinality();
    var left = new long[to - from];
    if (steps.get(from).looks()) {
      watch.stage("looking: " + words(from, to));
      each(
          watch,
          from,
          (place, row) -> {
            var now = row;
            for (var i = from; i < to; i++) {
              if (!steps.get(i).keeps(place, now)) {
                kept.clear(place);
                return;
              }
              left[i - from]++;
              now = steps.get(i).changed(place, now);
            }
          });
    }
    for (var i = from; i < to; i++) {
      if (!steps.get(i).decidesAtOnce()) {
        steps.get(i).conclude(kept);
        left[i - from] = kept.cardinality();
      }
      var in = i == from ? before : left[i - from - 1];
      records.add(recorded(i, in, left[i - from]));
    }
  }

  private String words(int from, int to) {
    return String.join(
        ", ", operations.subList(from, to).stream().map(OperationJson::typeOf).toList());
  }

  private Map<String, Object> recorded(int i, long in, long out) {
    var record = new LinkedHashMap<String, Object>();
    OperationJson.write(operations.get(i))
        .properties()
        .forEach(field -> record.put(field.getKey(), field.getValue()));
    record.put("rows_in", in);
    record.put("rows_out", out);
    record.putAll(steps.get(i).record());
    return record;
  }

  /// Takes a row and its place.
  private interface Visitor {
    void visit(int place, DatasetRow row);
  }

  /// Visits the kept rows as they are before a step.
  private void each(Watch watch, int step, Visitor visitor) {
    var total = (long) kept.cardinality();
    var done = 0L;
    for (var part = 0; part < pool.parts().size(); part++) {
      var last = pool.first(part + 1);
      var place = pool.first(part);
      if (kept.nextSetBit(place) < 0 || kept.nextSetBit(place) >= last) {
        continue;
      }
      var rows = pool.parts().get(part).open().get();
      for (; rows.hasNext() && place < last; place++) {
        var row = rows.next();
        if (kept.get(place)) {
          visitor.visit(place, before(step, place, row));
          if (++done % BATCH == 0) {
            tell(watch, done, total);
          }
        }
      }
    }
    passes++;
    tell(watch, 0, total);
  }

  /// Over all passes; a pass over fewer rows counts as much.
  private void tell(Watch watch, long done, long total) {
    var size = pool.size();
    watch.rows(size * passes + (total == 0 ? 0 : size * done / total), size * allPasses());
  }

  private long allPasses() {
    var count = 1L;
    for (var i = 0; i < steps.size(); i++) {
      if (steps.get(i).looks() && (i == 0 || !steps.get(i - 1).decidesAtOnce())) {
        count++;
      }
    }
    return count;
  }

  private DatasetRow before(int step, int place, DatasetRow row) {
    var now = row;
    for (var i = 0; i < step; i++) {
      now = steps.get(i).changed(place, now);
    }
    return now;
  }

  /// How many rows are kept.
  public long size() {
    return kept.cardinality();
  }

  /// The operations with how many rows went in and came out, for the lineage.
  public List<Map<String, Object>> records() {
    return List.copyOf(records);
  }

  /// Where the rows come from, in the order in which they are taken.
  public List<JsonNode> sources() {
    return pool.parts().stream().map(Pool.Part::lineage).toList();
  }

  /// Hands over the kept rows, numbered anew. Where they are shuffled, they come in another order
  /// than that of their numbers.
  public void write(Watch watch, Consumer<List<DatasetRow>> sink) {
    watch.stage("writing");
    var seed = orderSeed;
    var order = seed == null ? null : Draws.order(kept.cardinality(), seed);
    var batch = new ArrayList<DatasetRow>(BATCH);
    var next = new int[1];
    each(
        watch,
        steps.size(),
        (_, row) -> {
          var index = next[0]++;
          batch.add(row.at(order == null ? index : order[index]));
          if (batch.size() == BATCH) {
            sink.accept(List.copyOf(batch));
            batch.clear();
          }
        });
    if (!batch.isEmpty()) {
      sink.accept(List.copyOf(batch));
    }
  }

  @Override
  public void close() {
    steps.forEach(Step::close);
  }
}
