package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.StoredCritiques.Found;
import dev.cft.store.datasets.DatasetRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
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

  /// Read and not looked up yet: should the database not answer, the next try finds them here.
  private final List<Commission> unseen = new ArrayList<>();

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
    while (ahead.isEmpty() && (!unseen.isEmpty() || hasMore())) {
      readAhead();
    }
    return ahead.peek();
  }

  private boolean hasMore() {
    return read < most && rows.hasNext();
  }

  void take() {
    ahead.remove();
  }

  /// Output rows not taken yet; finished ones further on count, too.
  long left() {
    return (most - read) * task.perRow() + unseen.size() + ahead.size();
  }

  private void readAhead() {
    while (unseen.size() < AHEAD && hasMore()) {
      var row = rows.next();
      read++;
      task.commissions(row).stream().filter(each -> !done.has(each.seq())).forEach(unseen::add);
    }
    var askable =
        unseen.stream()
            .filter(each -> each.isReusable() && CritiquedRow.objection(each.row()) == null)
            .toList();
    var found = task.isReusing() ? stored.find(askable) : Map.<Long, Found>of();
    unseen.forEach(each -> ahead.add(new Pending(each, found.get(each.seq()))));
    unseen.clear();
  }
}
