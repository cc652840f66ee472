package dev.cft.critiques.critiquing;

import dev.cft.critiques.critiquing.StoredCritiques.Answered;
import dev.cft.critiques.teachers.ConfiguredTeacher;
import dev.cft.critiques.teachers.ConfiguredTeacher.Judged;
import dev.cft.critiques.teachers.TeacherException;
import dev.cft.critiques.teachers.TeacherUsages;
import dev.cft.critiques.teachers.TeacherUsages.Totals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// What clients' calls took and said, written together a few times a second instead of in each
/// answer's time. A killed process forgets the last 200 ms, which the clients have got.
@Component
class ClientsBuffer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientsBuffer.class);
  private static final Duration WRITE_EVERY = Duration.ofMillis(200);
  private static final Duration FORGET_EVERY = Duration.ofHours(1);

  /// Our choice: what is kept in memory while the database is away; beyond it, critiques are told
  /// to their clients and not stored.
  private static final int MOST_UNWRITTEN = 10_000;

  private final TeacherUsages usages;
  private final StoredCritiques stored;
  private final TransactionTemplate transactions;
  private final InstantSource clock;
  private final Duration keepFor;
  private final Map<String, Totals> unwritten = new HashMap<>();
  private final List<Answered> unstored = new ArrayList<>();
  private final Map<String, Double> spentUsd = new HashMap<>();
  private final Thread writer;
  private Instant forgot = Instant.MIN;

  ClientsBuffer(
      TeacherUsages usages,
      StoredCritiques stored,
      PlatformTransactionManager transactions,
      CritiqueProperties properties,
      InstantSource clock) {
    this.usages = usages;
    this.stored = stored;
    this.transactions = new TransactionTemplate(transactions);
    this.clock = clock;
    this.keepFor = properties.keepFor();
    this.writer = Thread.ofVirtual().name("clients-critiques").start(this::writeNowAndThen);
  }

  /// A call that was answered.
  synchronized void add(Commission commission, Judged judged) {
    var teacher = commission.by().teacher().name();
    unwritten.merge(teacher, Totals.ofCall(judged), Totals::plus);
    spentUsd.computeIfPresent(teacher, (_, before) -> before + judged.costUsd());
    if (judged.rejection() == null && commission.isReusable() && unstored.size() < MOST_UNWRITTEN) {
      unstored.add(new Answered(commission, CritiquedRow.of(commission, judged)));
    }
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
    Map<String, Totals> calls;
    List<Answered> answers;
    synchronized (this) {
      calls = Map.copyOf(unwritten);
      answers = List.copyOf(unstored);
      unwritten.clear();
      unstored.clear();
      // other replicas spend, too: the next check reads anew
      spentUsd.clear();
    }
    try {
      transactions.executeWithoutResult(_ -> {
        calls.forEach(usages::add);
        stored.addOfClients(answers, clock.instant());
      });
      forgetOld();
    } catch (RuntimeException e) {
      LOG.warn("What {} were used for is written later: {}", calls.keySet(), e.getMessage());
      keep(calls, answers);
    }
  }

  private synchronized void keep(Map<String, Totals> calls, List<Answered> answers) {
    calls.forEach((teacher, totals) -> unwritten.merge(teacher, totals, Totals::plus));
    unstored.addAll(0, answers);
  }

  private void forgetOld() {
    var now = clock.instant();
    if (forgot.equals(Instant.MIN) || forgot.plus(FORGET_EVERY).isBefore(now)) {
      forgot = now;
      stored.forgetOfClients(now.minus(keepFor));
    }
  }

  @Override
  public void close() {
    writer.interrupt();
    write();
  }
}
