package dev.cft.eval.endpoints;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;

/// A configured endpoint with its limits: bounded concurrency, a rate, retries with jitter.
public final class Endpoint {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

  /// A longer `Retry-After` is not waited for within a call (the OpenAI clients' bound).
  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(2);

  private final String name;
  private final EndpointSettings settings;
  private final EndpointClient client;
  private final Semaphore places;
  private final Allowance allowance;

  Endpoint(String name, EndpointSettings settings, EndpointClient client) {
    this.name = name;
    this.settings = settings;
    this.client = client;
    this.places = new Semaphore(settings.concurrency(), true);
    this.allowance = new Allowance(settings.requestsPerMinute(), settings.tokensPerMinute());
  }

  public String name() {
    return name;
  }

  /// The model's name at the endpoint.
  public String model() {
    return settings.model();
  }

  /// Calls in flight at most.
  public int concurrency() {
    return settings.concurrency();
  }

  /// What decides an answer besides the call: address and model.
  public String fingerprint() {
    return "%s %s".formatted(settings.baseUrl(), settings.model());
  }

  String address() {
    return settings.baseUrl().toString();
  }

  int callsInFlight() {
    return settings.concurrency() - places.availablePermits();
  }

  /// Asks, again where that may help.
  ///
  /// @throws EndpointException no answer came
  public Completion complete(CompletionCall call) throws InterruptedException {
    places.acquire();
    try {
      for (var attempt = 1; ; attempt++) {
        switch (attempt(call)) {
          case Answer.Done(var completion) -> {
            return completion;
          }
          case Answer.Final(var why) -> throw why;
          case Answer.Again again -> pause(again, attempt);
        }
      }
    } finally {
      places.release();
    }
  }

  private Answer attempt(CompletionCall call) throws InterruptedException {
    var most = call.mostTokens();
    allowance.take(most);
    var answer = client.send(call);
    if (answer instanceof Answer.Done(var completion)) {
      allowance.settle(most - completion.promptTokens() - completion.completionTokens());
    }
    return answer;
  }

  private void pause(Answer.Again again, int attempt) throws InterruptedException {
    var asked = again.after();
    var isTooLong = asked != null && asked.compareTo(LONGEST_RETRY_AFTER) > 0;
    if (attempt >= settings.maxAttempts() || isTooLong) {
      throw again.isTheCallsFault()
          ? new EndpointException.Rejected("endpoint_nonsense", again.message())
          : new EndpointException.Unavailable(
              again.message(), asked != null && isTooLong ? asked : settings.rest());
    }
    if (asked != null) {
      allowance.pause(asked);
    }
    Thread.sleep(asked == null ? backoff(attempt) : asked);
  }

  /// Doubled each time, half of it random.
  private static Duration backoff(int attempt) {
    var full = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << (attempt - 1));
    return Duration.ofMillis(full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
  }
}
