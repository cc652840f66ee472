package dev.cft.lm;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Generates for all callers at once: rows join and leave the batch at every step. The engines of a
/// process take turns of one step in one thread.
final class Engine implements AutoCloseable {
  /// Most rows decoded at once (our choice).
  private static final int MAX_ROWS = 256;

  /// Most prompt tokens that join at once, padding included.
  private static final int JOINING_TOKENS = 8192;

  /// Prompt tokens of one pass while nobody waits for the next token, and while somebody does (our
  /// choice: bounds the memory of the activations, and how long a running row stands still).
  private static final int PASS_TOKENS = 4096;

  private static final int BUSY_PASS_TOKENS = 512;

  /// One thread computes for all models. OpenMP keeps workers for each thread that ever did, and as
  /// soon as these are more than there are processors lets all of them sleep after every operator
  /// (docs/experiments.md, 2026-11-29).
  private static final Executor TURNS =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("language-model").factory());

  /// Engines that have something to do.
  private static final AtomicInteger AWAKE = new AtomicInteger();

  private final Decoder decoder;
  private final Tokenizer tokenizer;
  private final DecodingStep step;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Row> waiting = new ArrayDeque<>();
  private final RunningRows running;
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Prefill filling;
  private boolean awake;
  private boolean closed;

  Engine(Decoder decoder, Tokenizer tokenizer) {
    this.decoder = decoder;
    this.tokenizer = tokenizer;
    decoder.keep();
    this.step = DecodingStep.of(decoder);
    this.running = new RunningRows(decoder, step);
  }

  /// Queues all rows of the ticket.
  void submit(Ticket ticket) {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < ticket.requests().size(); i++) {
      rows.add(new Row(ticket, i, tokenizer, decoder.config()));
    }
    // Rows of like length start together: little padding.
    rows.sort((a, b) -> Integer.compare(a.prompt().length, b.prompt().length));
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("The language model is closed");
      }
      waiting.addAll(rows);
      wake();
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    if (!awake) {
      awake = true;
      AWAKE.incrementAndGet();
      TURNS.execute(this::turn);
    }
  }

  private void turn() {
    var joining = next();
    if (joining == null) {
      end();
      return;
    }
    try {
      running.removeOver();
      fill(joining);
      if (!running.isEmpty()) {
        running.decode();
      }
    } catch (RuntimeException | Error e) {
      fail(e, joining);
    }
    rest();
  }

  private void end() {
    AWAKE.decrementAndGet();
    fail(new IllegalStateException("The language model was closed"), List.of());
    try {
      step.close();
      decoder.close();
    } finally {
      ended.countDown();
    }
  }

  /// Rows that join now; null when closed.
  private @Nullable List<Row> next() {
    lock.lock();
    try {
      if (closed) {
        return null;
      }
      return filling == null ? joining() : List.of();
    } finally {
      lock.unlock();
    }
  }

  /// Queues for the next turn, or sleeps while there is nothing at all to do.
  private void rest() {
    lock.lock();
    try {
      awake = false;
      AWAKE.decrementAndGet();
      if (closed || !waiting.isEmpty() || !running.isEmpty() || filling != null) {
        wake();
      } else {
        step.release();
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Row> joining() {
    if (waiting.isEmpty()) {
      return List.of();
    }
    var rows = new ArrayList<Row>();
    int longestPrompt = 0;
    var longest =
        running.all().stream().map(Row::longest).collect(Collectors.toCollection(ArrayList::new));
    while (!waiting.isEmpty()) {
      var row = waiting.peek();
      if (row.over()) {
        waiting.remove();
        continue;
      }
      longest.add(row.longest());
      longestPrompt = Math.max(longestPrompt, row.prompt().length);
      boolean fits = (rows.size() + 1) * longestPrompt <= JOINING_TOKENS && fit(longest);
      if (!fits && longest.size() > 1) {
        break;
      }
      rows.add(waiting.remove());
    }
    return rows;
  }

  /// Whether rows of up to so many tokens can run at once.
  private boolean fit(List<Integer> longest) {
    long bytes = KvCache.bytesPerToken(decoder.config(), decoder.precision());
    return longest.size() <= MAX_ROWS && step.tokens(longest) * bytes <= KvCache.MOST_BYTES;
  }

  /// Passes a piece of the prompts that join; those of one group sit down together.
  private void fill(List<Row> joining) {
    if (filling == null && !joining.isEmpty()) {
      filling = new Prefill(step, joining);
    }
    if (filling == null) {
      return;
    }
    if (filling.rows().stream().allMatch(row -> row.ticket().cancelled())) {
      filling.rows().forEach(Row::over);
      stopFilling();
    } else if (filling.advance(alone() ? PASS_TOKENS : BUSY_PASS_TOKENS)) {
      running.join(filling);
      stopFilling();
    }
  }

  private boolean alone() {
    return running.isEmpty() && AWAKE.get() == 1;
  }

  private void stopFilling() {
    if (filling != null) {
      filling.close();
      filling = null;
    }
  }

  private void fail(Throwable cause, List<Row> joining) {
    lock.lock();
    try {
      var rows = new ArrayList<>(running.all());
      rows.addAll(joining);
      if (filling != null) {
        rows.addAll(filling.rows());
        stopFilling();
      }
      if (closed) {
        rows.addAll(waiting);
        waiting.clear();
      }
      rows.stream()
          .map(Row::ticket)
          .distinct()
          .forEach(ticket -> ticket.events().add(new Ticket.Event.Failed(cause)));
      running.clear();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        wake();
      }
    } finally {
      lock.unlock();
    }
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
