package dev.cft.critiques.limits;

import dev.cft.critiques.limits.WaitingLine.Waiter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets calls to one teacher through, as many as its limits allow: clients first, then the jobs in
/// turn. It holds what the [Ledgers] gave this replica and asks for more in one exchange for all
/// who wait, at most twenty times a second, so that a call costs no round trip of its own.
public final class CallGate implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CallGate.class);

  /// Longest that a caller is held by the provider's own wish; a longer one is left to it: a job is
  /// parked.
  public static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  private static final long NEVER = Long.MAX_VALUE;
  private static final long BETWEEN_EXCHANGES = Duration.ofMillis(50).toNanos();
  private static final long BETWEEN_REPORTS = Duration.ofSeconds(1).toNanos();
  private static final long AFTER_AN_OUTAGE = Duration.ofMillis(500).toNanos();

  /// What was granted is given up where the ledger did not answer for so long, well before other
  /// replicas take it ([Ledger#FORGOTTEN_AFTER]).
  private static final long GRANT_HOLDS = Duration.ofSeconds(5).toNanos();

  /// Clients seen within this time keep a few slots free of rows.
  private static final long CLIENTS_REMEMBERED = Duration.ofSeconds(30).toNanos();

  /// Our choice: of fewer calls in flight none is kept for a client who may come.
  private static final int ENOUGH_TO_SPARE = 8;

  /// Below this part of a minute's allowance left, by the headers, everybody waits a little.
  private static final double LOW_WATER = 0.01;

  private final String teacher;
  private final Allowance allowance;
  private final Ledgers ledgers;
  private final GateMeters meters;
  private final Thread clerk;

  private final WaitingLine line = new WaitingLine();
  private int inFlight;
  private int startedSinceReport;
  private Grant grant = Grant.NOTHING;
  private int turns;
  private Spend stock = Spend.NONE;
  private int succeeded;
  private int limited;
  private int overloaded;
  private Duration pause = Duration.ZERO;
  private RateHeaders headers = RateHeaders.NONE;
  private long grantedAt;
  private long pausedUntil;
  private long clientSeenAt;
  private boolean isClosed;

  public CallGate(String teacher, Allowance allowance, Ledgers ledgers, GateMeters meters) {
    this.teacher = teacher;
    this.allowance = allowance;
    this.ledgers = ledgers;
    this.meters = meters;
    this.grantedAt = System.nanoTime() - GRANT_HOLDS;
    this.pausedUntil = System.nanoTime();
    this.clientSeenAt = System.nanoTime() - CLIENTS_REMEMBERED;
    this.clerk = Thread.ofPlatform().daemon().name("limits-" + teacher).unstarted(this::exchange);
    meters.watch(teacher, this);
    clerk.start();
  }

  /// Waits for a turn.
  ///
  /// @param expected what the call will take
  /// @throws NoTurnException there is none to wait for
  /// @throws InterruptedException the caller is to stop
  public Permit enter(Asker asker, Spend expected) throws InterruptedException {
    var waiter = new Waiter(asker, expected, System.nanoTime(), new CompletableFuture<>());
    synchronized (this) {
      if (asker.isWithdrawn() || isClosed) {
        throw new NoTurnException.Withdrawn(asker);
      }
      refuseLongPause();
      line.add(waiter);
      clientSeenAt = asker.isUrgent() ? System.nanoTime() : clientSeenAt;
      dispatch();
      notifyAll();
    }
    try {
      var permit = waiter.turn().get();
      meters.waited(
          teacher, asker.isUrgent(), Duration.ofNanos(System.nanoTime() - waiter.since()));
      return permit;
    } catch (InterruptedException e) {
      giveUp(waiter);
      throw e;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof NoTurnException none ? none : new CompletionException(e);
    }
  }

  private void refuseLongPause() {
    var left = Duration.ofNanos(pausedUntil - System.nanoTime());
    if (left.compareTo(LONGEST_PAUSE) > 0) {
      throw new NoTurnException.Paused(left);
    }
  }

  private synchronized void giveUp(Waiter waiter) {
    if (waiter.turn().isDone() && !waiter.turn().isCompletedExceptionally()) {
      waiter.turn().join().unused();
    } else {
      line.remove(waiter);
    }
  }

  /// Nothing more is asked on its behalf; who waits for it gets a [NoTurnException.Withdrawn].
  public void withdraw(Asker asker) {
    List<Waiter> waiters;
    synchronized (this) {
      asker.withdraw();
      waiters = line.remove(asker);
    }
    waiters.forEach(
        each -> each.turn().completeExceptionally(new NoTurnException.Withdrawn(asker)));
  }

  /// Starts whatever may be started now.
  private void dispatch() {
    while (mayStart(line.clients() > 0)) {
      var next = line.next();
      if (next == null) {
        return;
      }
      inFlight++;
      startedSinceReport++;
      if (!grant.isUnlimited()) {
        turns--;
      }
      stock = stock.minus(next.expected());
      next.turn().complete(new Turn(next.expected()));
    }
  }

  private boolean mayStart(boolean isForClient) {
    var now = System.nanoTime();
    return (grant.isUnlimited() || turns > 0)
        && inFlight < grant.slots() - (isForClient ? 0 : keptForClients(now))
        && now - grantedAt < GRANT_HOLDS
        && now >= pausedUntil;
  }

  private int keptForClients(long now) {
    return areClientsAbout(now) && grant.slots() >= ENOUGH_TO_SPARE
        ? Math.max(1, grant.slots() / 16)
        : 0;
  }

  private boolean areClientsAbout(long now) {
    return now - clientSeenAt < CLIENTS_REMEMBERED;
  }

  /// The clerk's work: reports and asks for turns whenever there is a reason to.
  private void exchange() {
    try {
      while (true) {
        var report = awaitReason();
        var asked = System.nanoTime();
        try {
          take(ledgers.exchange(teacher, allowance, report), asked);
        } catch (RuntimeException e) {
          keep(report);
          LOG.warn(
              "Turns for the teacher {} cannot be asked for ({}); calls wait until they can",
              teacher,
              e.getMessage());
          Thread.sleep(Duration.ofNanos(AFTER_AN_OUTAGE));
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("No more turns for the teacher {}", teacher);
    }
  }

  private synchronized Report awaitReason() throws InterruptedException {
    while (true) {
      var now = System.nanoTime();
      var wait = untilDue() - (now - grantedAt);
      if (wait <= 0) {
        return report();
      }
      java.util.concurrent.TimeUnit.NANOSECONDS.timedWait(this, Math.min(wait, GRANT_HOLDS));
    }
  }

  /// How long after the last exchange the next one is due, in nanoseconds.
  private long untilDue() {
    if (line.clients() > 0) {
      return BETWEEN_EXCHANGES / 10;
    }
    var isNews = pause.isPositive() || !headers.equals(RateHeaders.NONE);
    if (isNews || (line.size() > 0 && System.nanoTime() >= pausedUntil)) {
      return BETWEEN_EXCHANGES;
    }
    var isInvolved = inFlight > 0 || grant.slots() > 0;
    return isInvolved ? BETWEEN_REPORTS : NEVER;
  }

  private Report report() {
    var waiting = line.size();
    var spare = spare(waiting);
    var report =
        new Report(
            stock,
            inFlight,
            waiting + spare,
            line.clients(),
            line.askers(),
            line.expected(),
            succeeded,
            limited,
            overloaded,
            pause,
            headers);
    stock = Spend.NONE;
    turns = 0;
    startedSinceReport = 0;
    succeeded = 0;
    limited = 0;
    overloaded = 0;
    pause = Duration.ZERO;
    headers = RateHeaders.NONE;
    return report;
  }

  /// A little ahead, so that who comes next finds a turn; for a client, who may come again any
  /// moment, where the window is not so small that others need it.
  private int spare(int waiting) {
    var isExpected = waiting > 0 || startedSinceReport > 0;
    var isClientExpected = areClientsAbout(System.nanoTime()) && grant.window() >= ENOUGH_TO_SPARE;
    return isExpected || isClientExpected ? Math.max(1, startedSinceReport / 4) : 0;
  }

  private synchronized void take(Grant given, long asked) {
    grant = given;
    turns = given.turns();
    stock = stock.plus(given.paid());
    grantedAt = asked;
    pausedUntil = Math.max(pausedUntil, asked + given.pause().toNanos());
    if (given.pause().compareTo(LONGEST_PAUSE) > 0) {
      var why = new NoTurnException.Paused(given.pause());
      line.clear().forEach(each -> each.turn().completeExceptionally(why));
    }
    dispatch();
  }

  /// What a failed exchange would have told is told by the next.
  private synchronized void keep(Report report) {
    stock = stock.plus(report.returned());
    succeeded += report.succeeded();
    limited += report.limited();
    overloaded += report.overloaded();
    pause = report.pause().compareTo(pause) > 0 ? report.pause() : pause;
  }

  /// A call under way.
  private final class Turn implements Permit {
    private final Spend expected;
    private final long started = System.nanoTime();

    Turn(Spend expected) {
      this.expected = expected;
    }

    @Override
    public void answered(Spend used, RateHeaders told) {
      end(
          used,
          () -> {
            succeeded++;
            hear(told);
          });
    }

    @Override
    public void limited(Duration retryAfter, RateHeaders told) {
      end(
          Spend.call(0, 0),
          () -> {
            limited++;
            hear(told);
            lengthenPause(retryAfter);
          });
    }

    @Override
    public void overloaded() {
      end(expected, () -> overloaded++);
    }

    @Override
    public void refused() {
      end(Spend.call(0, 0), () -> {});
    }

    @Override
    public void unused() {
      end(Spend.NONE, () -> {});
    }

    /// Headers tell what was left when the call arrived: what was missing then has come since.
    private void hear(RateHeaders told) {
      if (told.equals(RateHeaders.NONE)) {
        return;
      }
      headers = told;
      var age = Duration.ofNanos(System.nanoTime() - started);
      lengthenPause(told.pause(LOW_WATER).minus(age));
    }

    private void end(Spend used, Runnable note) {
      synchronized (CallGate.this) {
        inFlight--;
        stock = stock.plus(expected).minus(used);
        note.run();
        dispatch();
        CallGate.this.notifyAll();
      }
    }
  }

  private void lengthenPause(Duration atLeast) {
    if (atLeast.isPositive()) {
      pause = atLeast.compareTo(pause) > 0 ? atLeast : pause;
      pausedUntil = Math.max(pausedUntil, System.nanoTime() + atLeast.toNanos());
    }
  }

  /// Calls under way.
  public synchronized int inFlight() {
    return inFlight;
  }

  synchronized int waiting() {
    return line.size();
  }

  /// Calls that all replicas together may have under way at present; 0 before the first.
  public synchronized int window() {
    return grant.window();
  }

  /// How long the provider is still left alone, because it asked for it.
  public synchronized Duration pauseLeft() {
    var left = pausedUntil - System.nanoTime();
    return left > 0 ? Duration.ofNanos(left) : Duration.ZERO;
  }

  @Override
  public void close() {
    synchronized (this) {
      isClosed = true;
    }
    clerk.interrupt();
  }
}
