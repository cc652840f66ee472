package dev.cft.critiques.limits;

import dev.cft.critiques.limits.Ledger.Holder;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// Settles a replica's report with the ledger. Pure: what is kept where and under which lock is the
/// caller's business.
///
/// Rates are buckets that fill evenly and hold a fifth of a second's worth, so that in no minute
/// more arrives than the limit even where a provider counts the last 60 seconds exactly, and calls
/// arrive up to a second late: 97.8 % × (60 s + 1 s) + burst < 60 s.
final class Clearing {
  /// Part of a limit that is used (our choice): what is left covers the burst and calls that are
  /// late, because a process paused between its turn and the call.
  static final double USED_PART = 0.978;

  /// What a bucket holds at most, in seconds of its rate.
  static final double BURST_SECONDS = 0.2;

  private static final double LIMITED_SHRINK = 0.85;
  private static final double OVERLOAD_SHRINK = 0.7;
  private static final double RATE_SHRINK = 0.9;
  private static final double LEAST_RATE = 0.05;
  private static final double RATE_RECOVERY_PER_SECOND = 0.01;

  /// Nobody waits longer for a replica that is behind and does not come.
  private static final long IMPATIENCE_MILLIS = 300;

  private static final long SHRINK_ONCE_PER_MILLIS = 1000;

  private final Allowance allowance;
  private final String replica;
  private final Report report;
  private final long now;
  private final Map<Meter, Long> limits = new EnumMap<>(Meter.class);

  private Clearing(Allowance allowance, String replica, Report report, long now) {
    this.allowance = allowance;
    this.replica = replica;
    this.report = report;
    this.now = now;
  }

  /// The ledger afterwards, and what the replica may do.
  record Cleared(Ledger ledger, Grant grant) {}

  static Cleared of(Ledger before, Allowance allowance, String replica, Report report, long now) {
    return new Clearing(allowance, replica, report, Math.max(now, before.filledAt())).clear(before);
  }

  private Cleared clear(Ledger before) {
    var learned = learn(before);
    for (var meter : Meter.values()) {
      limit(meter, learned);
    }
    var isRefused = report.limited() + report.overloaded() > 0;
    var isShrinking = isRefused && now - before.shrunkAt() >= SHRINK_ONCE_PER_MILLIS;
    var slowdown = slowdown(before, isShrinking);
    var levels = fill(before, slowdown);
    var window = window(before, isShrinking);
    var pausedUntil = pausedUntil(before);
    var others = before.alive(now);
    others.remove(replica);
    var slots = slots((int) Math.floor(window), others);
    var pass = pass(before, others);
    var turns = pausedUntil > now ? 0 : turns(levels, others, slots, pass);
    var paid = turns == Integer.MAX_VALUE ? Spend.NONE : report.expected().times(turns);
    limits.keySet().forEach(meter -> levels.merge(meter, -paid.of(meter), Double::sum));
    if (report.wanted() > 0) {
      var taken = turns == Integer.MAX_VALUE ? 0 : turns / (double) askers();
      others.put(
          replica,
          new Holder(
              slots,
              report.wanted(),
              report.urgent(),
              report.askers(),
              pass + taken,
              report.waiting() > turns,
              now));
    }
    var after =
        new Ledger(
            levels,
            now,
            pausedUntil,
            window,
            before.isProbing() && !isRefused,
            isShrinking ? now : before.shrunkAt(),
            slowdown,
            learned,
            fromZero(others));
    var pause = Duration.ofMillis(Math.max(0, pausedUntil - now));
    return new Cleared(after, new Grant(slots, turns, paid, pause, (int) Math.floor(window)));
  }

  private Map<Meter, Long> learn(Ledger before) {
    var learned = new EnumMap<Meter, Long>(Meter.class);
    learned.putAll(before.learned());
    var headers = report.headers();
    if (headers.requestsPerMinute() != null) {
      learned.put(Meter.REQUESTS, headers.requestsPerMinute());
    }
    if (headers.tokensPerMinute() != null) {
      learned.put(Meter.TOKENS, headers.tokensPerMinute());
    }
    return learned;
  }

  /// The lower of what the operator set and what the provider tells.
  private void limit(Meter meter, Map<Meter, Long> learned) {
    var set = allowance.perMinute(meter);
    var told = learned.getOrDefault(meter, 0L);
    var limit = set == 0 ? told : told == 0 ? set : Math.min(set, told);
    if (limit > 0) {
      limits.put(meter, limit);
    }
  }

  private double perSecond(Meter meter) {
    return limits.getOrDefault(meter, 0L) / 60.0 * USED_PART;
  }

  private double slowdown(Ledger before, boolean isShrinking) {
    if (isShrinking && report.limited() > 0) {
      return Math.max(LEAST_RATE, before.slowdown() * RATE_SHRINK);
    }
    var seconds = (now - before.filledAt()) / 1000.0;
    return Math.min(1, before.slowdown() + seconds * RATE_RECOVERY_PER_SECOND);
  }

  private Map<Meter, Double> fill(Ledger before, double slowdown) {
    var levels = new EnumMap<Meter, Double>(Meter.class);
    var seconds = (now - before.filledAt()) / 1000.0;
    for (var meter : limits.keySet()) {
      var most = Math.max(perSecond(meter) * BURST_SECONDS, report.expected().of(meter));
      var level = before.levels().getOrDefault(meter, most);
      var filled = level + seconds * perSecond(meter) * slowdown + report.returned().of(meter);
      levels.put(meter, Math.min(most, filled));
    }
    return levels;
  }

  /// Grows by one round's calls while probing, later by a fiftieth of the configured concurrency a
  /// round (at least 1).
  private double window(Ledger before, boolean isShrinking) {
    var window = before.window();
    if (isShrinking) {
      window *= report.overloaded() > 0 ? OVERLOAD_SHRINK : LIMITED_SHRINK;
    } else if (report.limited() + report.overloaded() == 0) {
      var step = Math.max(1, allowance.concurrency() / 50.0);
      window += before.isProbing() ? report.succeeded() : report.succeeded() / window * step;
    }
    return Math.clamp(window, 1, allowance.concurrency());
  }

  private long pausedUntil(Ledger before) {
    return report.pause().isPositive()
        ? Math.max(before.pausedUntil(), now + report.pause().toMillis())
        : before.pausedUntil();
  }

  /// Max-min fair: what the others do not want, or else the replica's share by its askers.
  private int slots(int window, Map<String, Holder> others) {
    if (report.wanted() == 0) {
      return 0;
    }
    var held = others.values().stream().mapToInt(Holder::slots).sum();
    var wantedByOthers = others.values().stream().mapToInt(Holder::wanted).sum();
    var fair = Math.max((int) Math.ceil(window * share(others)), window - wantedByOthers);
    var possible = Math.min(Math.min(report.wanted(), fair), window - held);
    return Math.max(report.inFlight(), Math.max(0, possible));
  }

  private double share(Map<String, Holder> others) {
    return askers() / (double) (askers() + others.values().stream().mapToInt(Holder::askers).sum());
  }

  private int askers() {
    return Math.max(1, report.askers());
  }

  /// Where the replica stands; one that comes newly stands where the hindmost does.
  private double pass(Ledger before, Map<String, Holder> others) {
    var own = before.replicas().get(replica);
    var least = others.values().stream().mapToDouble(Holder::pass).min().orElse(0);
    return own == null ? least : own.pass();
  }

  private static Map<String, Holder> fromZero(Map<String, Holder> holders) {
    var least = holders.values().stream().mapToDouble(Holder::pass).min().orElse(0);
    holders.replaceAll((_, each) ->
        new Holder(
            each.slots(),
            each.wanted(),
            each.urgent(),
            each.askers(),
            each.pass() - least,
            each.waits(),
            each.seenAt()));
    return holders;
  }

  /// As many calls as every meter has room for; no more ahead of a replica that waits, too, than
  /// half a bucket's worth.
  private int turns(Map<Meter, Double> levels, Map<String, Holder> others, int slots, double pass) {
    if (limits.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    var calls = Double.MAX_VALUE;
    var bucket = Double.MAX_VALUE;
    for (var meter : limits.keySet()) {
      var each = report.expected().of(meter);
      var level = levels.getOrDefault(meter, 0.0);
      calls = Math.min(calls, each > 0 ? level / each : level > 0 ? Double.MAX_VALUE : 0);
      bucket = Math.min(bucket, each > 0 ? perSecond(meter) * BURST_SECONDS / each : bucket);
    }
    var urgentElsewhere = others.values().stream().mapToInt(Holder::urgent).sum();
    var here = Math.min(report.urgent(), calls);
    var forRows = Math.max(0, calls - here - urgentElsewhere);
    var ahead = Math.max(1, bucket / 2);
    var fair =
        others.values().stream()
            .filter(each -> each.waits() && each.seenAt() >= now - IMPATIENCE_MILLIS)
            .mapToDouble(each -> (each.pass() - pass) * askers() + ahead)
            .min()
            .orElse(Double.MAX_VALUE);
    var most = Math.min(report.waiting(), Math.max(0, slots - report.inFlight()));
    var turns = Math.min(most, here + Math.min(fair, forRows));
    return Math.max(0, (int) Math.floor(turns + 1e-9));
  }
}
