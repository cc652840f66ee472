package dev.cft.store.jobs;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.node.ObjectNode;

/// Writes down jobs that succeed at the same time in one transaction: who comes while others write
/// waits, and the next one writes for all who waited.
final class Completions {
  /// A job that has succeeded.
  record Success(JobId id, long token, ObjectNode result) {}

  /// A success and what became of writing it.
  private static final class Pending {
    private final Success success;
    private boolean done;
    private boolean held;

    private Pending(Success success) {
      this.success = success;
    }
  }

  private final JobTransitions transitions;
  private final ConcurrentLinkedQueue<Pending> waiting = new ConcurrentLinkedQueue<>();
  private final ReentrantLock writing = new ReentrantLock();

  Completions(JobTransitions transitions) {
    this.transitions = transitions;
  }

  /// False where the lease is lost.
  boolean write(Success success) {
    var mine = new Pending(success);
    waiting.add(mine);
    writing.lock();
    try {
      if (!mine.done) {
        writeAll(drained());
      }
      return mine.held;
    } finally {
      waiting.remove(mine);
      writing.unlock();
    }
  }

  /// Where this fails nothing is written, and each of those who wait tries again by itself.
  private void writeAll(List<Pending> batch) {
    Set<JobId> held;
    try {
      held = transitions.succeed(batch.stream().map(each -> each.success).toList());
    } catch (RuntimeException broken) {
      waiting.addAll(batch);
      throw broken;
    }
    batch.forEach(each -> {
      each.done = true;
      each.held = held.contains(each.success.id());
    });
  }

  private List<Pending> drained() {
    var batch = new ArrayList<Pending>();
    for (var next = waiting.poll(); next != null; next = waiting.poll()) {
      batch.add(next);
    }
    return batch;
  }
}
