package dev.cft.eval.answering;

import dev.cft.eval.endpoints.CompletionCall;
import dev.cft.eval.endpoints.Endpoint;
import dev.cft.eval.endpoints.EndpointException;
import dev.cft.eval.endpoints.Endpoints;
import dev.cft.eval.endpoints.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A model behind an endpoint: as many conversations at once as the endpoint takes calls.
public final class EndpointAnswerer implements Answerer {
  private static final Duration LOOK_UP = Duration.ofMillis(100);

  private final Endpoint endpoint;
  private final Manner manner;
  private final Memory memory;

  public EndpointAnswerer(Endpoint endpoint, Manner manner, Memory memory) {
    this.endpoint = endpoint;
    this.manner = manner;
    this.memory = memory;
  }

  @Override
  public String model() {
    return Endpoints.PREFIX + endpoint.name();
  }

  @Override
  public void answer(
      Iterator<? extends Dialogue> dialogues, BooleanSupplier stop, Consumer<Dialogue> done)
      throws InterruptedException {
    var work = new Work(dialogues, done);
    var threads = endpoint.concurrency();
    var running = new CountDownLatch(threads);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < threads; i++) {
        executor.execute(() -> {
          work.lead();
          running.countDown();
        });
      }
      while (!running.await(LOOK_UP.toMillis(), TimeUnit.MILLISECONDS)) {
        if (stop.getAsBoolean() || work.failure.get() != null) {
          executor.shutdownNow();
        }
      }
    }
    work.rethrow();
  }

  /// One call's conversations, shared by its threads.
  private final class Work {
    private final Iterator<? extends Dialogue> dialogues;
    private final Consumer<Dialogue> done;
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private Work(Iterator<? extends Dialogue> dialogues, Consumer<Dialogue> done) {
      this.dialogues = dialogues;
      this.done = done;
    }

    private void lead() {
      try {
        var dialogue = pull();
        while (dialogue.isPresent() && failure.get() == null) {
          leadToTheEnd(dialogue.get());
          done.accept(dialogue.get());
          dialogue = pull();
        }
      } catch (InterruptedException _) {
        // The caller has stopped the work: what has not ended is dropped.
      } catch (RuntimeException | Error e) {
        failure.compareAndSet(null, e);
      }
    }

    private synchronized Optional<Dialogue> pull() {
      return !Thread.currentThread().isInterrupted() && dialogues.hasNext()
          ? Optional.of(dialogues.next())
          : Optional.empty();
    }

    private void leadToTheEnd(Dialogue dialogue) throws InterruptedException {
      var ask = dialogue.next();
      while (ask.isPresent()) {
        dialogue.take(ask.get(), reply(ask.get()));
        ask = dialogue.next();
      }
    }

    private Reply reply(Ask ask) throws InterruptedException {
      var kept = memory.recall(ask);
      if (kept.isPresent()) {
        return kept.get();
      }
      var answeredBefore = answered.get();
      try {
        var completion = endpoint.complete(call(ask));
        answered.incrementAndGet();
        return Reply.Text.of(completion);
      } catch (EndpointException.Rejected e) {
        return new Reply.Failure(e.code(), String.valueOf(e.getMessage()));
      } catch (EndpointException.Unavailable e) {
        if (answered.get() == answeredBefore) {
          throw e;
        }
        return new Reply.Failure("endpoint_unavailable", String.valueOf(e.getMessage()));
      }
    }

    private void rethrow() {
      switch (failure.get()) {
        case null -> {}
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }
  }

  private CompletionCall call(Ask ask) {
    var messages = new ArrayList<Message>();
    ask.prompt().turns().forEach(turn -> messages.add(new Message(turn.role(), turn.content())));
    return new CompletionCall(
        messages,
        ask.prompt() instanceof Prompt.Raw,
        manner.temperature(),
        manner.topP(),
        manner.maxTokens(),
        manner.stop(),
        ask.seed());
  }

  @Override
  public void close() {
    // The endpoint is shared and outlives the run.
  }
}
