package dev.cft.critiques.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClearingTest {
  private static final Spend CALL = Spend.call(500, 300);
  private static final Allowance LIMITED = new Allowance(6_000, 0, 0, 0, 1_000);

  private Ledger ledger = Ledger.fresh(LIMITED, 0);

  private static Report report(int inFlight, int waiting) {
    return new Report(
        Spend.NONE, inFlight, waiting, 0, 1, CALL, 0, 0, 0, Duration.ZERO, RateHeaders.NONE);
  }

  private Grant exchange(Allowance allowance, String replica, Report report, long now) {
    var cleared = Clearing.of(ledger, allowance, replica, report, now);
    ledger = cleared.ledger();
    return cleared.grant();
  }

  private static Report refused(int limited, int overloaded, Duration pause) {
    return new Report(
        Spend.NONE, 10, 10, 0, 1, CALL, 0, limited, overloaded, pause, RateHeaders.NONE);
  }

  @Test
  void over_any_minute_no_more_is_granted_than_the_limit_even_if_it_comes_a_second_late() {
    var granted = new ArrayList<long[]>();
    for (long now = 0; now < 180_000; now += 50) {
      granted.add(new long[] {now, exchange(LIMITED, "a", report(0, 1_000), now).turns()});
    }

    for (long from = 0; from < 120_000; from += 950) {
      assertThat(between(granted, from, from + 61_000)).isLessThanOrEqualTo(6_000);
      assertThat(between(granted, from, from + 60_000)).isGreaterThan(5_850);
    }
  }

  private static long between(List<long[]> granted, long from, long to) {
    return granted.stream()
        .filter(each -> each[0] >= from && each[0] < to)
        .mapToLong(each -> each[1])
        .sum();
  }

  @Test
  void a_slow_limit_is_kept_too() {
    var slow = new Allowance(6, 0, 0, 0, 16);
    var turns = 0;
    for (long now = 0; now <= 120_000; now += 50) {
      turns += exchange(slow, "a", report(0, 16), now).turns();
    }

    assertThat(turns).isBetween(11, 13);
  }

  @Test
  void two_replicas_share_by_their_jobs_and_one_alone_gets_all() {
    var turns = new int[3];
    for (long now = 0; now < 60_000; now += 50) {
      turns[0] += exchange(LIMITED, "a", report(0, 1_000), now).turns();
      var three =
          new Report(Spend.NONE, 0, 1_000, 0, 3, CALL, 0, 0, 0, Duration.ZERO, RateHeaders.NONE);
      turns[1] += exchange(LIMITED, "b", three, now + 25).turns();
    }
    for (long now = 60_000; now < 130_000; now += 50) {
      turns[2] += exchange(LIMITED, "a", report(0, 1_000), now).turns();
    }

    assertThat(turns[0] + turns[1]).isBetween(5_850, 6_000);
    assertThat(turns[2]).isGreaterThan(6_750);
    assertThat((double) turns[1] / turns[0]).isBetween(2.8, 3.2);
  }

  @Test
  void calls_that_took_less_than_expected_give_it_back() {
    var tokens = new Allowance(0, 0, 0, 600_000, 1_000);
    var turns = 0;
    var returned = Spend.NONE;
    for (long now = 0; now < 60_000; now += 50) {
      var report =
          new Report(returned, 0, 1_000, 0, 1, CALL, 0, 0, 0, Duration.ZERO, RateHeaders.NONE);
      var grant = exchange(tokens, "a", report, now);
      turns += grant.turns();
      // each took 400 tokens, not 800
      returned = new Spend(0, 250, 150).times(grant.turns());
    }

    assertThat(turns).isBetween(1_450, 1_500);
  }

  @Test
  void slots_are_never_more_than_the_window_whoever_asks_when() {
    var random = new Random(7);
    var allowance = Allowance.concurrent(40);
    ledger = Ledger.fresh(allowance, 0);
    var held = new int[] {0, 0, 0};
    var slots = new int[] {0, 0, 0};
    long now = 0;
    for (int i = 0; i < 5_000; i++) {
      now += random.nextInt(60);
      var who = random.nextInt(3);
      held[who] = random.nextInt(slots[who] + 1);
      var report =
          new Report(
              Spend.NONE,
              held[who],
              random.nextInt(60),
              0,
              1 + random.nextInt(3),
              CALL,
              random.nextInt(50),
              0,
              random.nextInt(40) == 0 ? 1 : 0,
              Duration.ZERO,
              RateHeaders.NONE);
      var before = slots[0] + slots[1] + slots[2];
      var grant = exchange(allowance, "r" + who, report, now);
      slots[who] = grant.slots();
      held[who] = Math.min(held[who], slots[who]);

      var together = slots[0] + slots[1] + slots[2];
      // a window that has just shrunk takes nothing away from calls in flight
      assertThat(together).isLessThanOrEqualTo(Math.max(grant.window(), before));
      assertThat(together).isLessThanOrEqualTo(40);
    }
  }

  @Test
  void one_slot_is_used_by_somebody() {
    var one = Allowance.concurrent(1);
    ledger = Ledger.fresh(one, 0);

    var first = exchange(one, "a", report(0, 5), 0);
    var second = exchange(one, "b", report(0, 5), 10);

    assertThat(first.slots() + second.slots()).isEqualTo(1);
  }

  @Test
  void a_replica_that_is_silent_loses_its_slots() {
    var allowance = Allowance.concurrent(10);
    ledger = Ledger.fresh(allowance, 0);
    exchange(allowance, "a", report(0, 100), 0);

    assertThat(exchange(allowance, "b", report(0, 100), 5_000).slots()).isZero();
    assertThat(exchange(allowance, "b", report(0, 100), 10_001).slots()).isEqualTo(10);
  }

  @Test
  void a_replica_that_wants_all_leaves_another_its_half() {
    var allowance = Allowance.concurrent(10);
    ledger = Ledger.fresh(allowance, 0);
    exchange(allowance, "a", report(0, 100), 0);
    exchange(allowance, "b", report(0, 100), 10);

    // its calls end one by one
    assertThat(exchange(allowance, "a", report(7, 100), 20).slots()).isEqualTo(7);
    assertThat(exchange(allowance, "b", report(0, 100), 30).slots()).isEqualTo(3);
    assertThat(exchange(allowance, "a", report(4, 100), 40).slots()).isEqualTo(5);
    assertThat(exchange(allowance, "b", report(3, 100), 50).slots()).isEqualTo(5);
  }

  @Test
  void the_window_doubles_until_the_teacher_objects_and_then_grows_slowly() {
    var allowance = Allowance.concurrent(1_000);
    ledger = Ledger.fresh(allowance, 0);
    var answered =
        new Report(Spend.NONE, 0, 100, 0, 1, CALL, 100, 0, 0, Duration.ZERO, RateHeaders.NONE);

    assertThat(exchange(allowance, "a", answered, 0).window()).isEqualTo(132);
    assertThat(exchange(allowance, "a", refused(0, 3, Duration.ZERO), 2_000).window())
        .isEqualTo(92);
    assertThat(exchange(allowance, "a", refused(0, 3, Duration.ZERO), 2_500).window())
        .as("once a second")
        .isEqualTo(92);
    assertThat(exchange(allowance, "a", answered, 4_000).window()).isEqualTo(114);
  }

  @Test
  void a_429_lowers_the_rate_for_a_while() {
    exchange(LIMITED, "a", report(0, 1_000), 0);
    exchange(LIMITED, "a", refused(1, 0, Duration.ZERO), 2_000);
    assertThat(ledger.slowdown()).isEqualTo(0.9);

    exchange(LIMITED, "a", report(0, 1_000), 7_000);
    assertThat(ledger.slowdown()).isEqualTo(0.95, org.assertj.core.data.Offset.offset(1e-9));
    exchange(LIMITED, "a", report(0, 1_000), 20_000);
    assertThat(ledger.slowdown()).isEqualTo(1);
  }

  @Test
  void a_pause_holds_for_all_replicas() {
    exchange(LIMITED, "a", refused(1, 0, Duration.ofSeconds(5)), 1_000);

    var paused = exchange(LIMITED, "b", report(0, 10), 5_000);
    var over = exchange(LIMITED, "b", report(0, 10), 6_001);

    assertThat(paused.turns()).isZero();
    assertThat(paused.pause()).isEqualTo(Duration.ofSeconds(1));
    assertThat(over.turns()).isPositive();
  }

  @Test
  void the_providers_own_lower_limit_wins() {
    var headers = new RateHeaders(600L, 500L, null, null, null);
    var told = new Report(Spend.NONE, 0, 0, 0, 1, CALL, 1, 0, 0, Duration.ZERO, headers);
    exchange(LIMITED, "a", told, 0);

    var turns = 0;
    for (long now = 0; now <= 60_000; now += 50) {
      turns += exchange(LIMITED, "a", report(0, 1_000), now).turns();
    }

    assertThat(turns).isBetween(585, 640);
  }

  @Test
  void clients_of_another_replica_are_left_their_turn() {
    var slow = new Allowance(60, 0, 0, 0, 16);
    ledger = Ledger.fresh(slow, 0);
    exchange(slow, "a", report(0, 10), 0);
    var client = new Report(Spend.NONE, 0, 1, 1, 1, CALL, 0, 0, 0, Duration.ZERO, RateHeaders.NONE);
    exchange(slow, "b", client, 100);

    // a turn is there at about 1010 ms; rows do not take it away from the client
    assertThat(exchange(slow, "a", report(1, 10), 1_100).turns()).isZero();
    assertThat(exchange(slow, "b", client, 1_200).turns()).isEqualTo(1);
  }

  @Test
  void two_noisy_replicas_use_the_binding_limit_to_97_percent() {
    var allowance = new Allowance(10_000, 0, 0, 2_000_000, 1_000);
    ledger = Ledger.fresh(allowance, 0);
    var random = new Random(1);
    var flights = List.of(new ArrayDeque<double[]>(), new ArrayDeque<double[]>());
    var returned = new Spend[] {Spend.NONE, Spend.NONE};
    var expected = Spend.call(150, 100);
    var tokensAfterAMinute = 0.0;
    for (long now = 0; now < 180_000; now += 25) {
      var who = (int) (now / 25 % 2);
      Deque<double[]> flight = flights.get(who);
      var finished = 0;
      while (!flight.isEmpty() && flight.peek()[0] <= now) {
        var took = flight.poll()[1];
        finished++;
        returned[who] = returned[who].plus(new Spend(0, 0, 250 - took));
      }
      var report =
          new Report(
              returned[who],
              flight.size(),
              400,
              0,
              1,
              expected,
              finished,
              0,
              0,
              Duration.ZERO,
              RateHeaders.NONE);
      var grant = exchange(allowance, "r" + who, report, now);
      returned[who] = Spend.NONE;
      for (int i = 0; i < grant.turns(); i++) {
        var took = 150 + 200 * random.nextDouble();
        flight.add(new double[] {now + 2_000, took});
        tokensAfterAMinute += now >= 60_000 ? took : 0;
      }
    }

    assertThat(tokensAfterAMinute / 2 / 2_000_000).isBetween(0.97, 1.0);
  }
}
