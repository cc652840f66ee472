package dev.cft.critiques.limits;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// On whose behalf a teacher is asked. Askers share a teacher evenly; urgent ones go ahead.
public final class Asker {
  private final String name;
  private final boolean isUrgent;
  private final CountDownLatch withdrawal = new CountDownLatch(1);

  private Asker(String name, boolean isUrgent) {
    this.name = name;
    this.isUrgent = isUrgent;
  }

  /// A job, whose rows can wait.
  public static Asker job(String id) {
    return new Asker(id, false);
  }

  /// A client that waits for the answer.
  public static Asker client(String id) {
    return new Asker(id, true);
  }

  /// From now on nothing is asked for it; calls in flight go on. Those who wait for their turn are
  /// told by [CallGate#withdraw].
  void withdraw() {
    withdrawal.countDown();
  }

  boolean isWithdrawn() {
    return withdrawal.getCount() == 0;
  }

  boolean isUrgent() {
    return isUrgent;
  }

  /// Lets time pass before the next attempt.
  ///
  /// @throws NoTurnException there is to be none
  public void rest(Duration time) throws InterruptedException {
    if (withdrawal.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new NoTurnException.Withdrawn(this);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
