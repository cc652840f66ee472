package dev.cft.critiques.limits;

import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;

/// Ledgers of this process alone: for teachers that run in it.
public final class LocalLedgers implements Ledgers {
  private final InstantSource clock;
  private final ConcurrentHashMap<String, Ledger> ledgers = new ConcurrentHashMap<>();

  public LocalLedgers(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Grant exchange(String teacher, Allowance allowance, Report report) {
    var grant = new Grant[1];
    ledgers.compute(
        teacher,
        (_, kept) -> {
          var now = clock.millis();
          var before = kept == null ? Ledger.fresh(allowance, now) : kept;
          var cleared = Clearing.of(before, allowance, "this", report, now);
          grant[0] = cleared.grant();
          return cleared.ledger();
        });
    return grant[0];
  }
}
