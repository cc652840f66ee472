package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.StoredCritiques.Found;
import dev.cft.store.datasets.DatasetRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a job has still to do, in order, with the critiques that are stored already.
final class Commissions {
  /// Looked up together.
  private static final int AHEAD = 200;

  private final Iterator<DatasetRow> rows;
  private final CritiqueTask task;
  private final SeqSet done;
  private final StoredCritiques stored;
  private final long most;
  private final Deque<Pending> ahead = new ArrayDeque<>();
  private long read;

  /// A commission and, where there is one, the stored critique that answers it.
  record Pending(Commission commission, @Nullable Found found) {}

  /// @param most input rows taken from the start
  /// @param done output rows that are written
  Commissions(
      Iterator<DatasetRow> rows,
      long most,
      CritiqueTask task,
      SeqSet done,
      StoredCritiques stored) {
    this.rows = rows;
    this.most = most;
    this.task = task;
    this.done = done;
    this.stored = stored;
  }

  /// The next one, which stays the next until it is taken; null at the end.
  @Nullable Pending peek() {
    while (ahead.isEmpty() && read < most && rows.hasNext()) {
      readAhead();
    }
    return ahead.peek();
  }

  void take() {
    ahead.remove();
  }

  /// Output rows not taken yet; finished ones further on count, too.
  long left() {
    return (most - read) * task.perRow() + ahead.size();
  }

  private void readAhead() {
    var batch = new ArrayList<Commission>();
    while (batch.size() < AHEAD && read < most && rows.hasNext()) {
      var row = rows.next();
      read++;
      task.commissions(row).stream().filter(each -> !done.has(each.seq())).forEach(batch::add);
    }
    var askable =
        batch.stream()
            .filter(each -> each.isReusable() && CritiquedRow.objection(each.row()) == null)
            .toList();
    var found = task.isReusing() ? stored.find(askable) : Map.<Long, Found>of();
    batch.forEach(each -> ahead.add(new Pending(each, found.get(each.seq()))));
  }
}
