package dev.cft.critiques.limits;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Who waits for a turn: clients first, then the jobs in turn. Not thread-safe.
final class WaitingLine {
  /// How many of each line's head tell what a waiting call will take.
  private static final int LOOKED_AT = 16;

  private final Deque<Waiter> clients = new ArrayDeque<>();
  private final Map<Asker, Deque<Waiter>> rows = new LinkedHashMap<>();
  private int waitingRows;

  /// What is expected of a call where nobody waits: what it was before.
  private Spend lastExpected = Spend.call(1000, 600);

  /// One call that waits.
  ///
  /// @param since in nanoseconds
  record Waiter(Asker asker, Spend expected, long since, CompletableFuture<Permit> turn) {}

  void add(Waiter waiter) {
    if (waiter.asker().isUrgent()) {
      clients.add(waiter);
    } else {
      rows.computeIfAbsent(waiter.asker(), _ -> new ArrayDeque<>()).add(waiter);
      waitingRows++;
    }
  }

  void remove(Waiter waiter) {
    if (waiter.asker().isUrgent()) {
      clients.remove(waiter);
      return;
    }
    var line = rows.get(waiter.asker());
    if (line != null && line.remove(waiter)) {
      waitingRows--;
      if (line.isEmpty()) {
        rows.remove(waiter.asker());
      }
    }
  }

  /// Whose turn it is; a job then goes to the end of the line.
  @Nullable Waiter next() {
    if (!clients.isEmpty()) {
      return clients.poll();
    }
    var lines = rows.entrySet().iterator();
    if (!lines.hasNext()) {
      return null;
    }
    var first = lines.next();
    lines.remove();
    var waiter = first.getValue().poll();
    waitingRows--;
    if (!first.getValue().isEmpty()) {
      rows.put(first.getKey(), first.getValue());
    }
    return waiter;
  }

  /// Takes all out that wait for a job.
  List<Waiter> remove(Asker asker) {
    var line = rows.remove(asker);
    waitingRows -= line == null ? 0 : line.size();
    return line == null ? List.of() : List.copyOf(line);
  }

  /// Takes everybody out.
  List<Waiter> clear() {
    var all = new ArrayList<Waiter>(clients);
    rows.values().forEach(all::addAll);
    clients.clear();
    rows.clear();
    waitingRows = 0;
    return all;
  }

  int size() {
    return waitingRows + clients.size();
  }

  int clients() {
    return clients.size();
  }

  /// Jobs that wait; at least 1.
  int askers() {
    return Math.max(1, rows.size());
  }

  /// What a waiting call will take, on average.
  Spend expected() {
    var some = new ArrayList<Spend>();
    clients.stream().limit(LOOKED_AT).forEach(each -> some.add(each.expected()));
    rows.values()
        .forEach(line -> line.stream().limit(LOOKED_AT).forEach(each -> some.add(each.expected())));
    if (!some.isEmpty()) {
      lastExpected = some.stream().reduce(Spend.NONE, Spend::plus).times(1.0 / some.size());
    }
    return lastExpected;
  }
}
