package dev.cft.critiques.testing;

import dev.cft.store.datasets.DatasetRow;
import java.util.Iterator;
import org.springframework.dao.DataAccessResourceFailureException;

/// Rows of a database that goes away once, before the row of that number is looked for.
public final class FailingOnce implements Iterator<DatasetRow> {
  private final long rows;
  private final long failsBefore;
  private long next;
  private boolean hasFailed;

  public FailingOnce(long rows, long failsBefore) {
    this.rows = rows;
    this.failsBefore = failsBefore;
  }

  @Override
  public boolean hasNext() {
    if (next == failsBefore && !hasFailed) {
      hasFailed = true;
      throw new DataAccessResourceFailureException("the database is away");
    }
    return next < rows;
  }

  @Override
  public DatasetRow next() {
    return DatasetRow.question(next, "q%d?".formatted(next++), null, "It is 4.");
  }
}
