package dev.cft.eval.chat;

import dev.cft.service.errors.ApiException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Lets only so many chat requests in at once.
final class ChatGate {
  private static final Duration COME_BACK = Duration.ofSeconds(2);

  private final ChatSettings settings;
  private final Semaphore places;

  ChatGate(ChatSettings settings) {
    this.settings = settings;
    this.places = new Semaphore(settings.concurrency(), true);
  }

  /// Waits for a place, which must be given back.
  ///
  /// @throws ApiException 429 where none came free in time
  void enter() throws InterruptedException {
    if (!places.tryAcquire(settings.patience().toMillis(), TimeUnit.MILLISECONDS)) {
      throw ApiException.tooManyRequests(
          "rate_limit_exceeded",
          "%d chat requests are being answered, which is the most here. Try again shortly."
              .formatted(settings.concurrency()),
          COME_BACK);
    }
  }

  /// Places that nobody has.
  int free() {
    return places.availablePermits();
  }

  void leave() {
    places.release();
  }
}
