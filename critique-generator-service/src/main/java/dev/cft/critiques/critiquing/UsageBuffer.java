package dev.cft.critiques.critiquing;

import dev.cft.critiques.teachers.ConfiguredTeacher;
import dev.cft.critiques.teachers.TeacherException;
import dev.cft.critiques.teachers.TeacherUsages;
import dev.cft.critiques.teachers.TeacherUsages.Totals;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// What clients' calls took, written a few times a second instead of in each answer's time. A
/// killed process forgets the last 200 ms.
@Component
class UsageBuffer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UsageBuffer.class);
  private static final Duration WRITE_EVERY = Duration.ofMillis(200);

  private final TeacherUsages usages;
  private final Map<String, Totals> unwritten = new HashMap<>();
  private final Map<String, Double> spentUsd = new HashMap<>();
  private final Thread writer;

  UsageBuffer(TeacherUsages usages) {
    this.usages = usages;
    this.writer = Thread.ofVirtual().name("teacher-usage").start(this::writeNowAndThen);
  }

  synchronized void add(String teacher, Totals more) {
    unwritten.merge(teacher, more, Totals::plus);
    spentUsd.computeIfPresent(teacher, (_, before) -> before + more.costUsd());
    notifyAll();
  }

  /// Refuses a teacher whose budget is used up, by what was written at the last look.
  ///
  /// @throws TeacherException.OutOfQuota it is
  void checkBudget(ConfiguredTeacher teacher) {
    var budget = teacher.settings().budgetUsd();
    if (budget != null && spent(teacher.name()) >= budget) {
      throw new TeacherException.OutOfQuota(
          "its budget of %s USD, set by the operator, is used up".formatted(budget));
    }
  }

  private synchronized double spent(String teacher) {
    return spentUsd.computeIfAbsent(teacher, name -> usages.of(name).costUsd());
  }

  private void writeNowAndThen() {
    try {
      while (true) {
        awaitSomething();
        Thread.sleep(WRITE_EVERY);
        write();
      }
    } catch (InterruptedException _) {
      LOG.debug("No longer counting");
    }
  }

  private synchronized void awaitSomething() throws InterruptedException {
    while (unwritten.isEmpty()) {
      wait();
    }
  }

  private void write() {
    Map<String, Totals> batch;
    synchronized (this) {
      batch = Map.copyOf(unwritten);
      unwritten.clear();
      // other replicas spend, too: the next check reads anew
      spentUsd.clear();
    }
    batch.forEach((teacher, totals) -> {
      try {
        usages.add(teacher, totals);
      } catch (RuntimeException e) {
        LOG.warn("What {} was used for is written later: {}", teacher, e.getMessage());
        add(teacher, totals);
      }
    });
  }

  @Override
  public void close() {
    writer.interrupt();
    write();
  }
}
