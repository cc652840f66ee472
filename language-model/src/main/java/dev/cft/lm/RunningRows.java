package dev.cft.lm;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The rows that decode together: the first ones of a cache that exists while there may be some.
final class RunningRows {
  private final Decoder decoder;
  private final DecodingStep step;
  private final List<Row> rows = new ArrayList<>();
  private @Nullable KvCache cache;

  RunningRows(Decoder decoder, DecodingStep step) {
    this.decoder = decoder;
    this.step = step;
  }

  int count() {
    return rows.size();
  }

  List<Row> all() {
    return List.copyOf(rows);
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /// How many may run at once; open while there is no cache.
  OptionalInt most() {
    return cache == null ? OptionalInt.empty() : OptionalInt.of(cache.mostRows());
  }

  /// Lets rows whose prompts passed run, too.
  ///
  /// @param most how many may run at once, if that is open
  void join(Prefill filled, int most) {
    if (cache == null) {
      cache = new KvCache(decoder, most);
    }
    int first = rows.size();
    cache.reserve(first + filled.rows().size(), filled.longest() + 1);
    try (var scope = decoder.manager().newSubManager()) {
      var results = filled.seat(scope, cache, first);
      rows.addAll(filled.rows());
      accept(scope, first, results);
    }
  }

  /// Gives each row its next token.
  void decode() {
    int count = rows.size();
    var ids = new long[count];
    var positions = new long[count];
    int longest = 0;
    boolean logits = rows.stream().anyMatch(Row::wantsLogits);
    for (int i = 0; i < count; i++) {
      ids[i] = rows.get(i).newest();
      positions[i] = rows.get(i).position();
      longest = Math.max(longest, rows.get(i).position() + 1);
    }
    var kv = cache();
    kv.reserve(count, longest);
    try (var scope = decoder.manager().newSubManager()) {
      accept(scope, 0, step.run(scope, ids, positions, kv, logits));
    }
  }

  private KvCache cache() {
    return Objects.requireNonNull(cache, "no row has joined");
  }

  /// Gives the rows from `first` on their next tokens.
  private void accept(NDManager scope, int first, NextTokens next) {
    var some = List.copyOf(rows.subList(first, rows.size()));
    int[] tokens = new Choice(decoder, scope, some, next).tokens();
    var done = new ArrayList<Integer>();
    for (int i = 0; i < tokens.length; i++) {
      if (some.get(i).accept(tokens[i])) {
        done.add(first + i);
      }
    }
    remove(done);
  }

  /// Ends the rows that nobody waits for any more, and those whose time is up.
  void removeOver() {
    var places = new ArrayList<Integer>();
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).over()) {
        places.add(i);
      }
    }
    remove(places);
  }

  /// The last row moves into the place of each that leaves, so that the running rows stay the first
  /// of the cache.
  private void remove(List<Integer> places) {
    for (int place : places.reversed()) {
      var moved = rows.removeLast();
      if (place < rows.size()) {
        rows.set(place, moved);
        try (var scope = decoder.manager().newSubManager()) {
          decoder.infer(
              scope,
              "move",
              scope.create((long) rows.size()),
              scope.create((long) place),
              scope.create((long) KvCache.wholeSteps(moved.position())),
              cache().array());
        }
      }
    }
  }

  /// Forgets all rows.
  void clear() {
    rows.clear();
    release();
  }

  /// Gives the cache's memory back; no row may run.
  void release() {
    if (cache != null) {
      cache.close();
      cache = null;
    }
  }
}
