package dev.cft.critiques.responses;

import dev.cft.critiques.responses.ResponseTask.Sample;
import dev.cft.store.datasets.DatasetRow;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The samples that a job asks for, question by question. A call that fails because the rows cannot
/// be read changes nothing, and can be made again.
final class Samples implements Iterator<Sample> {
  private final Iterator<DatasetRow> rows;
  private final long questions;
  private final int each;
  private @Nullable DatasetRow row;
  private long read;
  private int taken;

  /// @param questions taken from the start
  /// @param each samples of a question
  Samples(Iterator<DatasetRow> rows, long questions, int each) {
    this.rows = rows;
    this.questions = questions;
    this.each = each;
  }

  @Override
  public boolean hasNext() {
    return row != null || (read < questions && rows.hasNext());
  }

  @Override
  public Sample next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (row == null) {
      row = rows.next();
      read++;
      taken = 0;
    }
    var sample = new Sample((read - 1) * each + taken, taken, row);
    taken++;
    if (taken == each) {
      row = null;
    }
    return sample;
  }
}
