package dev.cft.critiques.operations;

import dev.cft.store.Sha256;
import dev.cft.store.datasets.DatasetRow;
import java.util.BitSet;
import java.util.Objects;

/// The steps that only a seed decides.
final class DrawSteps {
  private DrawSteps() {}

  /// Keeps so many rows.
  record Sample(Operation.Sample operation) implements Step {
    @Override
    public boolean looks() {
      return false;
    }

    @Override
    public void conclude(BitSet kept) {
      var rows = operation.rows();
      var share = operation.share();
      var wanted =
          rows != null
              ? rows
              : Math.round(kept.cardinality() * Objects.requireNonNullElse(share, 1.0));
      var random = Draws.random(Objects.requireNonNullElse(operation.seed(), 0L));
      Draws.thin(kept, 0, Integer.MAX_VALUE, wanted, random);
    }
  }

  /// Adds rows of other parts of the pool.
  ///
  /// @param first the first of its parts
  record Mix(Operation.Mix operation, Pool pool, int first) implements Step {
    @Override
    public boolean looks() {
      return false;
    }

    @Override
    public void conclude(BitSet kept) {
      var random = Draws.random(Objects.requireNonNullElse(operation.seed(), 0L));
      for (var i = 0; i < operation.with().size(); i++) {
        var from = pool.first(first + i);
        var to = pool.first(first + i + 1);
        kept.set(from, to);
        var rows = operation.with().get(i).rows();
        if (rows != null) {
          Draws.thin(kept, from, to, rows, random);
        }
      }
    }
  }

  /// The order is given when the rows are written.
  record Shuffle() implements Step {
    @Override
    public boolean looks() {
      return false;
    }
  }

  /// Keeps one part of a division by rows, of exactly its size.
  record SplitRows(Operation.Split operation) implements Step {
    @Override
    public boolean looks() {
      return false;
    }

    @Override
    public void conclude(BitSet kept) {
      var size = kept.cardinality();
      var order = Draws.order(size, Objects.requireNonNullElse(operation.seed(), 0L));
      var range = range(operation);
      var from = Math.round(range[0] * size);
      var to = Math.round(range[1] * size);
      var index = 0;
      for (var place = kept.nextSetBit(0); place >= 0; place = kept.nextSetBit(place + 1)) {
        var rank = order[index++];
        if (rank < from || rank >= to) {
          kept.clear(place);
        }
      }
    }
  }

  /// Keeps one part of a division in which all rows of a question are together.
  record SplitQuestions(Operation.Split operation) implements Step {
    @Override
    public boolean keeps(int place, DatasetRow row) {
      var prompt = RowField.PROMPT.of(row);
      var seed = Objects.requireNonNullElse(operation.seed(), 0L);
      var hash = Sha256.of(seed + "\n" + (prompt == null ? "" : prompt.strip()));
      var at = (Long.parseUnsignedLong(hash, 0, 16, 16) >>> 11) * 0x1.0p-53;
      var range = range(operation);
      return at >= range[0] && at < range[1];
    }
  }

  /// Where the wanted part begins and ends, all parts laid end to end.
  private static double[] range(Operation.Split operation) {
    var from = 0.0;
    for (var part : operation.parts().entrySet()) {
      if (part.getKey().equals(operation.part())) {
        return new double[] {from, from + part.getValue()};
      }
      from += part.getValue();
    }
    throw new IllegalStateException("no part " + operation.part());
  }
}
