package dev.cft.critiques.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallGateTest {
  private static final Spend CALL = Spend.call(10, 10);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<CallGate> gates = new ArrayList<>();

  @AfterEach
  void close() {
    gates.forEach(CallGate::close);
    threads.shutdownNow();
  }

  private CallGate gate(Allowance allowance, Ledgers ledgers) {
    var gate = new CallGate("t", allowance, ledgers, new GateMeters(new SimpleMeterRegistry()));
    gates.add(gate);
    return gate;
  }

  private CallGate gate(Allowance allowance) {
    return gate(allowance, new LocalLedgers(InstantSource.system()));
  }

  private Future<Permit> entering(CallGate gate, Asker asker) {
    return threads.submit(() -> gate.enter(asker, CALL));
  }

  private static void await(java.util.function.BooleanSupplier condition)
      throws InterruptedException {
    for (int i = 0; i < 2_000 && !condition.getAsBoolean(); i++) {
      Thread.sleep(5);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void no_more_calls_are_under_way_than_allowed() throws Exception {
    var gate = gate(Allowance.concurrent(3));
    var job = Asker.job("j");
    var first = gate.enter(job, CALL);
    gate.enter(job, CALL);
    gate.enter(job, CALL);

    var fourth = entering(gate, job);
    await(() -> gate.waiting() == 1);
    assertThat(gate.inFlight()).isEqualTo(3);
    first.answered(CALL, RateHeaders.NONE);

    assertThat(fourth.get(10, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void clients_go_ahead_of_rows_and_jobs_take_turns() throws Exception {
    var gate = gate(Allowance.concurrent(1));
    var order = new ConcurrentLinkedQueue<String>();
    var running = gate.enter(Asker.job("first"), CALL);
    var jobA = Asker.job("A");
    var jobB = Asker.job("B");
    var calls = new ArrayList<Future<?>>();
    for (var asker : List.of(jobA, jobA, jobA, jobB, jobB, Asker.client("C"))) {
      var waiting = gate.waiting();
      calls.add(
          threads.submit(() -> {
            var permit = gate.enter(asker, CALL);
            order.add(asker.toString());
            permit.answered(CALL, RateHeaders.NONE);
            return null;
          }));
      await(() -> gate.waiting() == waiting + 1);
    }

    running.answered(CALL, RateHeaders.NONE);
    for (var call : calls) {
      call.get(10, TimeUnit.SECONDS);
    }

    assertThat(order).containsExactly("C", "A", "B", "A", "B", "A");
  }

  @Test
  void who_withdraws_waits_no_longer() throws Exception {
    var gate = gate(Allowance.concurrent(1));
    gate.enter(Asker.client("c"), CALL);
    var job = Asker.job("j");
    var waiting = entering(gate, job);
    await(() -> gate.waiting() == 1);

    gate.withdraw(job);

    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(NoTurnException.Withdrawn.class);
    assertThatThrownBy(() -> gate.enter(job, CALL)).isInstanceOf(NoTurnException.Withdrawn.class);
    assertThatThrownBy(() -> job.rest(Duration.ofMinutes(1)))
        .isInstanceOf(NoTurnException.Withdrawn.class);
  }

  @Test
  void who_is_interrupted_leaves_no_trace() throws Exception {
    var gate = gate(Allowance.concurrent(1));
    var running = gate.enter(Asker.client("c"), CALL);
    var job = Asker.job("j");
    var waiting = entering(gate, job);
    await(() -> gate.waiting() == 1);

    waiting.cancel(true);
    await(() -> gate.waiting() == 0);
    running.unused();

    assertThat(gate.enter(job, CALL)).isNotNull();
    assertThat(gate.inFlight()).isEqualTo(1);
  }

  @Test
  void a_short_pause_is_waited_for_and_a_long_one_told() throws Exception {
    var gate = gate(Allowance.concurrent(4));
    var job = Asker.job("j");
    var started = System.nanoTime();

    gate.enter(job, CALL).limited(Duration.ofMillis(300), RateHeaders.NONE);
    var afterShort = gate.enter(job, CALL);

    assertThat(Duration.ofNanos(System.nanoTime() - started))
        .isGreaterThanOrEqualTo(Duration.ofMillis(300));
    afterShort.limited(Duration.ofMinutes(5), RateHeaders.NONE);
    assertThatThrownBy(() -> gate.enter(job, CALL)).isInstanceOf(NoTurnException.Paused.class);
  }

  @Test
  void who_waits_when_a_long_pause_begins_is_sent_away() throws Exception {
    var gate = gate(Allowance.concurrent(1));
    var job = Asker.job("j");
    var running = gate.enter(job, CALL);
    var waiting = entering(gate, job);
    await(() -> gate.waiting() == 1);

    running.limited(Duration.ofMinutes(5), RateHeaders.NONE);

    assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(NoTurnException.Paused.class);
  }

  @Test
  void while_the_ledger_does_not_answer_calls_wait() throws Exception {
    var isAway = new AtomicBoolean(true);
    var real = new LocalLedgers(InstantSource.system());
    var gate =
        gate(
            Allowance.concurrent(2),
            (teacher, allowance, report) -> {
              if (isAway.get()) {
                throw new IllegalStateException("the database is away");
              }
              return real.exchange(teacher, allowance, report);
            });
    var job = Asker.job("j");
    var waiting = entering(gate, job);
    await(() -> gate.waiting() == 1);

    isAway.set(false);

    assertThat(waiting.get(20, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void many_calls_at_once_keep_the_bound() throws Exception {
    var gate = gate(Allowance.concurrent(8));
    var most = new java.util.concurrent.atomic.AtomicInteger();
    var now = new java.util.concurrent.atomic.AtomicInteger();
    var calls = new ArrayList<Future<?>>();
    var jobs = List.of(Asker.job("a"), Asker.job("b"));
    for (int i = 0; i < 400; i++) {
      var asker = jobs.get(i % 2);
      calls.add(
          threads.submit(() -> {
            var permit = gate.enter(asker, CALL);
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Thread.sleep(1);
            now.decrementAndGet();
            permit.answered(CALL, RateHeaders.NONE);
            return null;
          }));
    }

    for (var call : calls) {
      call.get(60, TimeUnit.SECONDS);
    }
    assertThat(most.get()).isLessThanOrEqualTo(8);
    assertThat(gate.inFlight()).isZero();
  }
}
