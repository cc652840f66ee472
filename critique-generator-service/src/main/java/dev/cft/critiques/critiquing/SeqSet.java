package dev.cft.critiques.critiquing;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// A set of `seq`s at a bit each where they lie close together: a million rows take 125 kB.
final class SeqSet {
  private static final int CHUNK = 1 << 16;

  private final Map<Long, BitSet> chunks = new HashMap<>();
  private long size;

  /// Adds one; false where it was there.
  boolean add(long seq) {
    var chunk = chunks.computeIfAbsent(seq / CHUNK, _ -> new BitSet());
    var bit = (int) (seq % CHUNK);
    if (chunk.get(bit)) {
      return false;
    }
    chunk.set(bit);
    size++;
    return true;
  }

  boolean has(long seq) {
    var chunk = chunks.get(seq / CHUNK);
    return chunk != null && chunk.get((int) (seq % CHUNK));
  }

  long size() {
    return size;
  }
}
