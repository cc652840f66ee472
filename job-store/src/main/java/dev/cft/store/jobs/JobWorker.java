package dev.cft.store.jobs;

import dev.cft.store.jobs.JobClaims.Abandoned;
import dev.cft.store.jobs.JobClaims.Claim;
import dev.cft.store.jobs.JobClaims.Wanted;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Does this process's share of the jobs: claims what its handlers can do, renews the leases, and
/// gives back what it cannot finish.
///
/// It works on platform threads: a handler that computes would keep a virtual thread's carrier, and
/// with it the heartbeat, from running.
final class JobWorker implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(JobWorker.class);

  /// Our choice: not felt by jobs that take seconds, and enough for eight that take none.
  private static final Duration LINGER = Duration.ofMillis(2);

  private final String name;
  private final Map<JobKind, JobHandler> handlers = new EnumMap<>(JobKind.class);
  private final JobTables tables;
  private final ChangeFeed feed;
  private final JobsProperties settings;
  private final WorkerWatch watch;
  private final Map<JobId, Working> working = new ConcurrentHashMap<>();
  private final Semaphore lookForWork = new Semaphore(0);
  private final Semaphore lookAfterLeases = new Semaphore(0);
  private final Consumer<String> ear = this::hear;
  private Instant renewedAt = Instant.MAX;
  private volatile boolean running;
  private volatile boolean stopping;
  private volatile boolean keeping;

  /// An attempt and the thread that makes it.
  private record Working(JobAttempt attempt, Thread thread, AtomicBoolean handlerReturned) {
    Working(JobAttempt attempt, Thread thread) {
      this(attempt, thread, new AtomicBoolean());
    }
  }

  JobWorker(
      String name,
      List<JobHandler> handlers,
      JobTables tables,
      ChangeFeed feed,
      JobsProperties settings,
      WorkerWatch watch) {
    this.name = name;
    this.tables = tables;
    this.feed = feed;
    this.settings = settings;
    this.watch = watch;
    for (var handler : handlers) {
      if (this.handlers.put(handler.kind(), handler) != null) {
        throw new IllegalArgumentException(
            "two handlers for jobs of kind " + handler.kind().wireName());
      }
    }
  }

  @Override
  public boolean isAutoStartup() {
    return settings.autoStart();
  }

  @Override
  public synchronized void start() {
    running = true;
    stopping = false;
    keeping = true;
    feed.listen(ear);
    Thread.ofPlatform().daemon().name("cft-jobs-leases").start(this::keepLeases);
    Thread.ofPlatform().daemon().name("cft-jobs-claims").start(this::claimWhileRunning);
    LOG.info(
        "Worker {} does {} jobs", name, handlers.keySet().stream().map(JobKind::wireName).toList());
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /// Asks all handlers to stop, waits for them as long as is allowed, and gives the rest back.
  @Override
  public synchronized void stop() {
    stopping = true;
    running = false;
    lookForWork.release();
    feed.stopListening(ear);
    working.values().forEach(each -> each.attempt().held().signal(JobRun.Signal.SHUTDOWN));
    awaitAll(settings.shutdownWait());
    working.values().forEach(this::abandon);
    keeping = false;
    lookAfterLeases.release();
  }

  /// Claims as many jobs as there are free slots and starts them; tells how many.
  int claim() {
    var claimed = 0;
    for (var kind : handlers.keySet()) {
      var wanted = free(kind);
      if (wanted.runs() > 0 || wanted.checks() > 0) {
        var claims = claim(kind, wanted);
        claims.forEach(this::startAttempt);
        claimed += claims.size();
      }
      if (handlers.get(kind).yields()) {
        makeRoom(kind);
      }
    }
    return claimed;
  }

  /// Asks jobs of lower priority to stop where the job that is next has no room, those first that
  /// lose least.
  private void makeRoom(JobKind kind) {
    var total = settings.slotsOf(kind);
    var busy = busy(kind).stream().filter(job -> job.job().status() == JobStatus.RUNNING).toList();
    if (busy.isEmpty()) {
      return;
    }
    tables
        .claims()
        .head(kind, total)
        .ifPresent(head ->
            Victims.of(busy, head, total)
                .forEach(victim -> {
                  LOG.info("{} makes room for {}", victim.job().id(), head.id());
                  victim.yieldTo(head);
                }));
  }

  /// Claims one job and does it, or checks its input, in the caller's thread; false where there is
  /// none.
  boolean runOne() {
    for (var kind : handlers.keySet()) {
      for (var wanted : List.of(Wanted.ONE_CHECK, Wanted.ONE_RUN)) {
        for (var claim : claim(kind, wanted)) {
          work(attempt(claim), Thread.currentThread());
          return true;
        }
      }
    }
    return false;
  }

  /// Renews all leases, writes progress that was held back, and passes on what was asked of the
  /// jobs.
  void renew() {
    var held = working.values().stream().map(each -> each.attempt().held()).toList();
    if (!held.isEmpty()) {
      var statuses = tables.claims().renew(held.stream().map(HeldJob::claim).toList());
      held.forEach(job -> pass(statuses.get(job.job().id()), job));
    }
    renewedAt = tables.clock().instant();
  }

  /// Ends or pauses jobs whose worker was lost and that no claim takes, and queues forgotten ones.
  void tidy() {
    tables.claims().abandoned(handlers.keySet()).forEach(this::bury);
    tables.claims().ready().forEach(tables.transitions()::queueIfReady);
  }

  private void claimWhileRunning() {
    while (running) {
      try {
        claim();
      } catch (RuntimeException broken) {
        LOG.warn(
            "Could not claim jobs ({}); trying again in {}", broken.getMessage(), settings.poll());
      }
      await(lookForWork, settings.poll());
      linger();
    }
  }

  /// Lets slots that become free together be filled by one claim, which costs hardly more than a
  /// claim of one job.
  private static void linger() {
    try {
      Thread.sleep(LINGER);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void keepLeases() {
    while (keeping) {
      try {
        renew();
        tidy();
      } catch (RuntimeException broken) {
        LOG.warn(
            "Could not renew leases ({}); trying again in {}",
            broken.getMessage(),
            settings.heartbeat());
        giveUpWhatRanOut();
      }
      await(lookAfterLeases, settings.heartbeat());
    }
  }

  private void giveUpWhatRanOut() {
    if (tables.clock().instant().isAfter(renewedAt.plus(settings.lease()))) {
      working.values().forEach(each -> each.attempt().held().signal(JobRun.Signal.LEASE_LOST));
    }
  }

  /// Wakes the right thread: `queued fine_tuning`, or `cancelled fine_tuning ftjob-1`.
  private void hear(String announcement) {
    var words = List.of(announcement.split(" ", -1));
    switch (words.get(0)) {
      case "queued", "validating" -> lookForWork.release();
      case "pausing", "cancelled" -> {
        if (working.containsKey(new JobId(words.get(2)))) {
          lookAfterLeases.release();
        }
      }
      default -> {}
    }
  }

  private List<Claim> claim(JobKind kind, Wanted wanted) {
    var start = System.nanoTime();
    var claims = tables.claims().claim(kind, wanted, name);
    watch.claimed(kind, claims.size(), Duration.ofNanos(System.nanoTime() - start));
    return claims;
  }

  private void startAttempt(Claim claim) {
    var attempt = attempt(claim);
    var thread =
        Thread.ofPlatform()
            .daemon()
            .name("job-" + claim.job().id())
            .unstarted(() -> work(attempt, Thread.currentThread()));
    working.put(claim.job().id(), new Working(attempt, thread));
    thread.start();
  }

  private JobAttempt attempt(Claim claim) {
    var handler = handlers.get(claim.job().kind());
    return new JobAttempt(
        new HeldJob(claim, tables), java.util.Objects.requireNonNull(handler), tables, settings);
  }

  private void work(JobAttempt attempt, Thread thread) {
    var id = attempt.held().job().id();
    var self = new Working(attempt, thread);
    working.put(id, self);
    if (stopping) {
      attempt.held().signal(JobRun.Signal.SHUTDOWN);
    }
    try {
      var start = System.nanoTime();
      var end = attempt.run(() -> freeSlot(self));
      watch.ended(attempt.held().job().kind(), end, Duration.ofNanos(System.nanoTime() - start));
    } finally {
      working.remove(id, self); // not another attempt at it, begun here already
      lookForWork.release();
    }
  }

  private void freeSlot(Working done) {
    done.handlerReturned().set(true);
    lookForWork.release();
  }

  private void pass(@Nullable JobStatus status, HeldJob held) {
    if (status == null) {
      held.signal(JobRun.Signal.LEASE_LOST);
      return;
    }
    if (status == JobStatus.PAUSING) {
      held.signal(JobRun.Signal.PAUSE);
    }
    try {
      held.flush();
    } catch (LeaseLostException lost) {
      LOG.info("{} before its progress was written", lost.getMessage());
    }
  }

  private void bury(Abandoned job) {
    var change =
        job.status() == JobStatus.PAUSING
            ? Change.to(JobStatus.PAUSED, job.id(), "paused: %s was lost".formatted(job.owner()))
            : Change.toFailed(job.id(), lostTooOften(job));
    if (tables.transitions().make(change.from(job.status()).heldUnder(job.token()))) {
      LOG.warn("{} is {}: its worker {} was lost", job.id(), change.to().wireName(), job.owner());
    }
  }

  private static JobError lostTooOften(Abandoned job) {
    var message =
        "the worker was lost %d times in a row while it worked on this job, last %s"
            .formatted(job.fruitless(), job.owner());
    return new JobError("worker_lost", message, null);
  }

  private Wanted free(JobKind kind) {
    var busy = busy(kind).stream().map(HeldJob::job).toList();
    var checks = (int) busy.stream().filter(job -> job.status() == JobStatus.VALIDATING).count();
    var taken =
        busy.stream()
            .filter(job -> job.status() != JobStatus.VALIDATING)
            .mapToInt(Job::slots)
            .sum();
    var most = settings.slotsOf(kind);
    return new Wanted(Math.max(0, most - taken), most, Math.max(0, settings.checks() - checks));
  }

  private List<HeldJob> busy(JobKind kind) {
    return working.values().stream()
        .filter(each -> !each.handlerReturned().get())
        .map(each -> each.attempt().held())
        .filter(held -> held.job().kind() == kind)
        .toList();
  }

  private void abandon(Working late) {
    try {
      late.attempt().abandon();
    } catch (RuntimeException broken) {
      LOG.warn(
          "Could not give back {}; its lease runs out by itself",
          late.attempt().held().job().id(),
          broken);
    }
    late.thread().interrupt();
  }

  private void awaitAll(Duration atMost) {
    var deadline = System.nanoTime() + atMost.toNanos();
    while (!working.isEmpty() && System.nanoTime() < deadline) {
      await(lookForWork, Duration.ofMillis(50));
    }
  }

  private static void await(Semaphore news, Duration atMost) {
    try {
      if (news.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        news.drainPermits();
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
