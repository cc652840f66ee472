package dev.cft.lm;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/// The rows that decode together.
final class RunningRows {
  private final Decoder decoder;
  private final DecodingStep step;
  private final List<Row> rows = new ArrayList<>();

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

  /// Lets rows whose prompts passed run, too.
  void join(Prefill filled) {
    int first = rows.size();
    try (var scope = decoder.manager().newSubManager()) {
      var results = filled.join(scope);
      rows.addAll(filled.rows());
      accept(scope, first, results);
    }
  }

  /// Gives each row its next token.
  void decode() {
    int count = rows.size();
    var ids = new long[count];
    var positions = new long[count];
    for (int i = 0; i < count; i++) {
      ids[i] = rows.get(i).newest();
      positions[i] = rows.get(i).position();
    }
    boolean logits = rows.stream().anyMatch(Row::wantsLogits);
    try (var scope = decoder.manager().newSubManager()) {
      accept(scope, 0, step.run(scope, ids, positions, logits));
    }
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

  /// The last row takes the place of each that leaves.
  private void remove(List<Integer> places) {
    for (int place : places.reversed()) {
      step.leave(place);
      var moved = rows.removeLast();
      if (place < rows.size()) {
        rows.set(place, moved);
      }
    }
  }

  /// Forgets all rows and gives their memory back.
  void clear() {
    rows.clear();
    step.release();
  }
}
