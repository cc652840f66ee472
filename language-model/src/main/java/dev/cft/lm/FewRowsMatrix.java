package dev.cft.lm;

import ai.djl.ndarray.NDManager;
import dev.cft.lm.vector.Numbers;
import dev.cft.lm.vector.PartProduct;
import java.util.Optional;
import java.util.function.IntConsumer;

/// A matrix that few rows are multiplied by in another way than many.
///
/// @param most rows that are few
record FewRowsMatrix(StepMatrix few, StepMatrix many, int most) implements StepMatrix {
  private StepMatrix of(Input rows) {
    return of(rows.rows());
  }

  private StepMatrix of(int rows) {
    return rows <= most ? few : many;
  }

  @Override
  public Product times(NDManager scope, Input rows, Numbers room) {
    return of(rows).times(scope, rows, room);
  }

  @Override
  public void addTo(NDManager scope, Input rows, Numbers sums, IntConsumer then) {
    of(rows).addTo(scope, rows, sums, then);
  }

  @Override
  public void gate(NDManager scope, Input rows, Numbers result) {
    of(rows).gate(scope, rows, result);
  }

  @Override
  public NextTokens next(NDManager scope, Input rows, boolean logits) {
    return of(rows).next(scope, rows, logits);
  }

  @Override
  public Optional<PartProduct> product(int rows) {
    return of(rows).product(rows);
  }

  @Override
  public void close() {
    few.close();
    many.close();
  }
}
