package dev.cft.lm.training;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Rows grouped into units: each alone, or as many as fit into the cutoff.
final class Packing {
  private Packing() {}

  /// Every row a unit of its own.
  static List<int[]> alone(int rows) {
    return IntStream.range(0, rows).mapToObj(row -> new int[] {row}).toList();
  }

  /// Packs of at most `capacity` tokens: the longest row that is left, then again and again the
  /// longest that still fits. Rows of one length keep their order.
  static List<int[]> packed(List<Example> rows, int capacity) {
    var left = new TreeMap<Integer, Deque<Integer>>();
    for (int i = 0; i < rows.size(); i++) {
      left.computeIfAbsent(rows.get(i).length(), _ -> new ArrayDeque<>()).add(i);
    }
    var packs = new ArrayList<int[]>();
    while (!left.isEmpty()) {
      packs.add(pack(left, capacity));
    }
    return packs;
  }

  private static int[] pack(NavigableMap<Integer, Deque<Integer>> left, int capacity) {
    var pack = IntStream.builder();
    int room = Math.max(capacity, left.lastKey());
    for (var next = left.floorEntry(room); next != null; next = left.floorEntry(room)) {
      pack.add(next.getValue().removeFirst());
      room -= next.getKey();
      if (next.getValue().isEmpty()) {
        left.remove(next.getKey());
      }
    }
    return pack.build().toArray();
  }
}
