package dev.cft.critiques.operations;

import dev.cft.store.datasets.DatasetRow;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Keeps rows whose lengths of one field follow those of another.
///
/// The wanted lengths are as many even quantiles of the other field's. In their order each takes
/// the row of the nearest length among those not passed yet; enough rows are left for the rest.
final class MatchLengthsStep implements Step {
  private final Operation.MatchLengths operation;
  private final RowField field;
  private final RowField other;
  private final Lengths lengths = new Lengths();
  private final Lengths wanted = new Lengths();
  private final Map<String, Object> record = new LinkedHashMap<>();

  MatchLengthsStep(Operation.MatchLengths operation, Surroundings surroundings) {
    this.operation = operation;
    this.field = Objects.requireNonNullElse(operation.of(), RowField.CRITIQUE);
    this.other = Objects.requireNonNullElse(operation.to(), RowField.RESPONSE);
    if (operation.in() != null) {
      surroundings.rows(operation.in()).open().forEachRemaining(this::want);
    }
  }

  private void want(DatasetRow row) {
    var text = other.of(row);
    if (text != null) {
      wanted.add(text.codePointCount(0, text.length()), 0);
    }
  }

  @Override
  public boolean decidesAtOnce() {
    return false;
  }

  @Override
  public boolean keeps(int place, DatasetRow row) {
    var text = field.of(row);
    if (text == null) {
      return false;
    }
    lengths.add(text.codePointCount(0, text.length()), place);
    if (operation.in() == null) {
      want(row);
    }
    return true;
  }

  @Override
  public void conclude(BitSet kept) {
    var there = lengths.sorted();
    var targets = wanted.sorted();
    kept.clear();
    if (targets.length == 0) {
      throw new OperationException(
          "nothing_to_match",
          "No row has the field '%s', whose lengths should be matched."
              .formatted(other.name().toLowerCase(java.util.Locale.ROOT)));
    }
    var rows = Math.min(operation.rows(), there.length);
    var taken = -1;
    var chosen = new ArrayList<Integer>(rows);
    var sum = 0L;
    for (var i = 0; i < rows; i++) {
      var target = Lengths.length(targets[(int) ((i + 0.5) * targets.length / rows)]);
      sum += target;
      taken++;
      var last = there.length - (rows - i);
      while (taken < last
          && Lengths.length(there[taken]) < target
          && distance(there, taken + 1, target) <= distance(there, taken, target)) {
        taken++;
      }
      kept.set(Lengths.tag(there[taken]));
      chosen.add(Lengths.length(there[taken]));
    }
    remember(rows, sum, chosen, there);
  }

  private static int distance(long[] lengths, int index, int target) {
    return Math.abs(Lengths.length(lengths[index]) - target);
  }

  private void remember(int rows, long wantedSum, List<Integer> chosen, long[] there) {
    if (rows > 0) {
      record.put("mean_length_wanted", wantedSum / rows);
      record.put("mean_length_kept", chosen.stream().mapToLong(x -> x).sum() / rows);
      record.put(
          "mean_length_before",
          java.util.Arrays.stream(there).map(Lengths::length).sum() / there.length);
    }
  }

  @Override
  public Map<String, Object> record() {
    return record;
  }
}
