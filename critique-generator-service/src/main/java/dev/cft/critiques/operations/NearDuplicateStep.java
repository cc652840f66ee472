package dev.cft.critiques.operations;

import dev.cft.store.datasets.DatasetRow;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// Drops rows that are much like an earlier kept one: MinHash signatures in bands (Broder 1997;
/// Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4), candidates compared by their
/// whole signatures.
final class NearDuplicateStep implements Step {
  /// Values of a signature: the estimate's standard error is at most 0.05.
  private static final int VALUES = 96;

  /// A value is kept with 16 bits, four in a long.
  private static final int LONGS = VALUES / 4;

  /// Words in a shingle (our choice): questions are short.
  private static final int SHINGLE = 3;

  /// Rows compared for one band (our choice): templates would make it all of them.
  private static final int MOST_COMPARED = 64;

  private final List<RowField> fields;
  private final double threshold;
  private final int bandRows;
  private final int bands;
  private final long mask;
  private final MappedLongs table;
  private final MappedLongs signatures;
  private final long[] seeds = new long[VALUES];
  private int keptRows;

  NearDuplicateStep(Operation.Deduplicate operation, int rows, Path folder) {
    this.fields = operation.fields();
    this.threshold = Objects.requireNonNullElse(operation.near(), 0.85);
    this.bandRows = bandRows(threshold);
    this.bands = VALUES / bandRows;
    var slots = Long.highestOneBit(Math.max(16L, (long) rows * bands)) * 4;
    this.mask = slots - 1;
    this.table = new MappedLongs(folder, slots);
    this.signatures = new MappedLongs(folder, (long) LONGS * Math.max(1, rows));
    for (var i = 0; i < VALUES; i++) {
      seeds[i] = Words.mixed(i + 1L);
    }
  }

  /// The longest bands that find what is just similar enough with a probability of 0.95.
  static int bandRows(double threshold) {
    for (var rows = 16; rows > 2; rows--) {
      var missed = Math.pow(1 - Math.pow(threshold, rows), (double) VALUES / rows);
      if (VALUES % rows == 0 && missed < 0.05) {
        return rows;
      }
    }
    return 2;
  }

  @Override
  public boolean keeps(int place, DatasetRow row) {
    var signature = signature(row);
    if (signature.length == 0) {
      return true;
    }
    var compared = new HashSet<Integer>();
    for (var band = 0; band < bands; band++) {
      if (hasLikeness(band, signature, compared)) {
        return false;
      }
    }
    for (var i = 0; i < LONGS; i++) {
      signatures.set((long) keptRows * LONGS + i, packed(signature, i));
    }
    for (var band = 0; band < bands; band++) {
      insert(band, signature);
    }
    keptRows++;
    return true;
  }

  private boolean hasLikeness(int band, long[] signature, Set<Integer> compared) {
    var key = key(band, signature);
    var seen = 0;
    for (var slot = key & mask; table.get(slot) != 0; slot = (slot + 1) & mask) {
      var entry = table.get(slot);
      if ((entry >>> 32) == (key >>> 32)) {
        if (++seen > MOST_COMPARED) {
          return false;
        }
        var other = (int) entry - 1;
        if (compared.add(other) && likeness(other, signature) >= threshold) {
          return true;
        }
      }
    }
    return false;
  }

  private void insert(int band, long[] signature) {
    var key = key(band, signature);
    var seen = 0;
    for (var slot = key & mask; ; slot = (slot + 1) & mask) {
      var entry = table.get(slot);
      if (entry == 0) {
        table.set(slot, ((key >>> 32) << 32) | (keptRows + 1));
        return;
      }
      if ((entry >>> 32) == (key >>> 32) && ++seen > MOST_COMPARED) {
        return;
      }
    }
  }

  private long key(int band, long[] signature) {
    var key = (long) band;
    for (var i = band * bandRows; i < (band + 1) * bandRows; i++) {
      key = Words.mixed(key * 31 + signature[i]);
    }
    return key;
  }

  private static long packed(long[] signature, int index) {
    var packed = 0L;
    for (var i = 0; i < 4; i++) {
      packed |= (signature[4 * index + i] & 0xFFFF) << (16 * i);
    }
    return packed;
  }

  private double likeness(int other, long[] signature) {
    var equal = 0;
    for (var i = 0; i < LONGS; i++) {
      var different = signatures.get((long) other * LONGS + i) ^ packed(signature, i);
      for (var j = 0; j < 4; j++) {
        equal += ((different >>> (16 * j)) & 0xFFFF) == 0 ? 1 : 0;
      }
    }
    return (double) equal / VALUES;
  }

  /// The least hash of the shingles under each of the hash functions; nothing for a row without
  /// words.
  private long[] signature(DatasetRow row) {
    var text =
        fields.stream()
            .map(field -> field.of(row))
            .filter(Objects::nonNull)
            .collect(Collectors.joining("\n"));
    var shingles = Words.runs(Words.of(text), SHINGLE);
    if (shingles.length == 0) {
      return shingles;
    }
    var signature = new long[VALUES];
    for (var i = 0; i < VALUES; i++) {
      var least = Long.MAX_VALUE;
      for (var shingle : shingles) {
        least = Math.min(least, (shingle ^ seeds[i]) * 0x9E3779B97F4A7C15L);
      }
      signature[i] = Words.mixed(least);
    }
    return signature;
  }

  @Override
  public void close() {
    table.close();
    signatures.close();
  }
}
