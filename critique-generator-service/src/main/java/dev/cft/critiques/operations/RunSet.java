package dev.cft.critiques.operations;

/// Hashes of runs of words and where each was seen first: an open hash table.
final class RunSet {
  /// Our choice: with room to grow, a hundred megabytes. All benchmarks of the paper have half a
  /// million.
  private static final int MOST = 6_000_000;

  private long[] hashes = new long[1 << 12];
  private short[] names = new short[1 << 12];
  private int size;

  int size() {
    return size;
  }

  void add(long run, int name) {
    var slot = slot(run);
    if (hashes[slot] != 0) {
      return;
    }
    if (size == MOST) {
      throw new OperationException(
          "too_much_to_compare",
          "The texts to decontaminate against have more than %d runs of words; name fewer, or do it in several operations."
              .formatted(MOST));
    }
    hashes[slot] = present(run);
    names[slot] = (short) name;
    if (++size * 2 > hashes.length) {
      grow();
    }
  }

  /// The number that the run was added with, or -1.
  int find(long run) {
    var slot = slot(run);
    return hashes[slot] == 0 ? -1 : names[slot];
  }

  private int slot(long run) {
    var wanted = present(run);
    var mask = hashes.length - 1;
    var slot = (int) wanted & mask;
    while (hashes[slot] != 0 && hashes[slot] != wanted) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /// Zero marks an empty slot.
  private static long present(long run) {
    return run == 0 ? 1 : run;
  }

  private void grow() {
    var oldHashes = hashes;
    var oldNames = names;
    hashes = new long[2 * oldHashes.length];
    names = new short[hashes.length];
    for (var i = 0; i < oldHashes.length; i++) {
      if (oldHashes[i] != 0) {
        var slot = slot(oldHashes[i]);
        hashes[slot] = oldHashes[i];
        names[slot] = oldNames[i];
      }
    }
  }
}
