package dev.cft.lm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Generates for all callers at once, in one thread of its own: rows join and leave the batch at
/// every step.
final class Engine implements AutoCloseable {
  /// Most rows decoded at once, and most bytes of cache (our choice, for machines from 4 GB on).
  private static final int MAX_ROWS = 256;

  private static final long MAX_CACHE_BYTES = 1L << 30;

  /// Most prompt tokens of one first pass, padding included: bounds the memory of its activations.
  private static final int PREFILL_TOKENS = 8192;

  private final Decoder decoder;
  private final Tokenizer tokenizer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Row> waiting = new ArrayDeque<>();
  private final List<Row> running = new ArrayList<>();
  private final Thread thread;
  private @Nullable KvCache cache;
  private boolean closed;

  Engine(Decoder decoder, Tokenizer tokenizer) {
    this.decoder = decoder;
    this.tokenizer = tokenizer;
    this.thread = Thread.ofPlatform().daemon().name("language-model").unstarted(this::run);
    thread.start();
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
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (true) {
      var joining = next();
      if (joining == null) {
        break;
      }
      try {
        removeCancelled();
        if (!joining.isEmpty()) {
          prefill(joining);
        }
        if (!running.isEmpty()) {
          decode();
        }
      } catch (RuntimeException | Error e) {
        fail(e, joining);
      }
    }
    fail(new IllegalStateException("The language model was closed"), List.of());
    decoder.close();
  }

  /// Rows that join now; waits while there is nothing at all to do; null when closed.
  private @Nullable List<Row> next() {
    lock.lock();
    try {
      while (!closed && waiting.isEmpty() && running.isEmpty()) {
        release();
        changed.awaitUninterruptibly();
      }
      return closed ? null : joining();
    } finally {
      lock.unlock();
    }
  }

  private void release() {
    if (cache != null) {
      cache.close();
      cache = null;
    }
  }

  private List<Row> joining() {
    var rows = new ArrayList<Row>();
    int longest = 0;
    while (!waiting.isEmpty()) {
      var row = waiting.peek();
      if (row.ticket().cancelled()) {
        waiting.remove().cancel();
        continue;
      }
      longest = Math.max(longest, row.prompt().length);
      boolean fits =
          (rows.size() + 1) * longest <= PREFILL_TOKENS
              && running.size() + rows.size() < capacity(row);
      if (!fits && !(rows.isEmpty() && running.isEmpty())) {
        break;
      }
      rows.add(waiting.remove());
    }
    return rows;
  }

  /// Rows that may run at once: fixed while a cache exists, else as many as fit when all were as
  /// long as the longest.
  private int capacity(Row first) {
    if (cache != null) {
      return cache.mostRows();
    }
    int longest =
        Math.max(first.longest(), waiting.stream().mapToInt(Row::longest).max().orElse(1));
    long fitting = MAX_CACHE_BYTES / (KvCache.bytesPerToken(decoder.config()) * longest);
    return Math.clamp(fitting, 1, MAX_ROWS);
  }

  private KvCache cacheFor(List<Row> joining) {
    if (cache == null) {
      cache = new KvCache(decoder, capacity(joining.getFirst()));
    }
    return cache;
  }

  private void prefill(List<Row> joining) {
    int longest = joining.stream().mapToInt(row -> row.prompt().length).max().orElseThrow();
    var ids = new long[joining.size() * longest];
    var last = new long[joining.size()];
    var slots = new long[joining.size()];
    for (int i = 0; i < joining.size(); i++) {
      int[] prompt = joining.get(i).prompt();
      for (int t = 0; t < prompt.length; t++) {
        ids[i * longest + t] = prompt[t];
      }
      last[i] = prompt.length - 1L;
      slots[i] = (long) running.size() + i;
    }
    var kv = cacheFor(joining);
    kv.reserve(running.size() + joining.size(), longest + 1);
    try (var step = decoder.manager().newSubManager()) {
      var results =
          decoder.infer(
              step,
              "prefill",
              step.create(ids, new Shape(joining.size(), longest)),
              step.create(last),
              step.create(slots),
              decoder.cos(longest),
              decoder.sin(longest),
              decoder.weights(),
              kv.keys(),
              kv.values());
      int first = running.size();
      running.addAll(joining);
      accept(first, results);
    }
  }

  private void decode() {
    int batch = running.size();
    var ids = new long[batch];
    var positions = new long[batch];
    int longest = 0;
    for (int i = 0; i < batch; i++) {
      ids[i] = running.get(i).newest();
      positions[i] = running.get(i).position();
      longest = Math.max(longest, running.get(i).position() + 1);
    }
    var kv = cacheFor(running);
    kv.reserve(batch, longest);
    try (var step = decoder.manager().newSubManager()) {
      var results =
          decoder.infer(
              step,
              "decode",
              step.create(ids),
              step.create(positions),
              decoder.cos(longest),
              decoder.sin(longest),
              decoder.weights(),
              kv.keys(),
              kv.values());
      accept(0, results);
    }
  }

  /// Gives the rows from `first` on their next token: the likeliest [B], or one drawn from the
  /// logits [B, V].
  private void accept(int first, List<NDArray> results) {
    long[] likeliest = results.get(0).toLongArray();
    boolean sampled = running.subList(first, running.size()).stream().anyMatch(Row::sampled);
    float[] logits = sampled ? results.get(1).toFloatArray() : new float[0];
    int vocabulary = decoder.config().vocabularySize();
    var done = new ArrayList<Integer>();
    for (int i = 0; i < likeliest.length; i++) {
      var row = running.get(first + i);
      int token =
          row.sampled()
              ? row.sampler().sample(logits, i * vocabulary, vocabulary)
              : Math.toIntExact(likeliest[i]);
      if (row.accept(token)) {
        done.add(first + i);
      }
    }
    remove(done);
  }

  private void removeCancelled() {
    var cancelled = running.stream().map(Row::ticket).distinct().filter(Ticket::cancelled).toList();
    if (cancelled.isEmpty()) {
      return;
    }
    var places = new ArrayList<Integer>();
    for (int i = 0; i < running.size(); i++) {
      if (cancelled.contains(running.get(i).ticket())) {
        running.get(i).cancel();
        places.add(i);
      }
    }
    remove(places);
  }

  /// The last row moves into the place of each that leaves, so that the running rows stay the first
  /// of the cache.
  private void remove(List<Integer> places) {
    for (int place : places.reversed()) {
      var moved = running.removeLast();
      if (place < running.size()) {
        running.set(place, moved);
        var kv = cacheFor(running);
        try (var step = decoder.manager().newSubManager()) {
          decoder.infer(
              step,
              "move",
              step.create((long) running.size()),
              step.create((long) place),
              kv.keys(),
              kv.values());
        }
      }
    }
  }

  private void fail(Throwable cause, List<Row> joining) {
    lock.lock();
    try {
      var rows = new ArrayList<>(running);
      rows.addAll(joining);
      if (closed) {
        rows.addAll(waiting);
        waiting.clear();
      }
      rows.stream()
          .map(Row::ticket)
          .distinct()
          .forEach(ticket -> ticket.events().add(new Ticket.Event.Failed(cause)));
      running.clear();
      release();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
