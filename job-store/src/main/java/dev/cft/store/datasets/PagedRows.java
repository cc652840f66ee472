package dev.cft.store.datasets;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.LongFunction;

/// Rows in order, one page in memory at a time.
final class PagedRows implements Iterator<DatasetRow> {
  private final LongFunction<List<DatasetRow>> pageAfter;
  private Iterator<DatasetRow> page = Collections.emptyIterator();
  private long lastSeq;

  PagedRows(LongFunction<List<DatasetRow>> pageAfter, long afterSeq) {
    this.pageAfter = pageAfter;
    this.lastSeq = afterSeq;
  }

  @Override
  public boolean hasNext() {
    if (!page.hasNext()) {
      page = pageAfter.apply(lastSeq).iterator();
    }
    return page.hasNext();
  }

  @Override
  public DatasetRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    var row = page.next();
    lastSeq = row.seq();
    return row;
  }
}
