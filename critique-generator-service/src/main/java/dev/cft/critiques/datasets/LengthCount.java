package dev.cft.critiques.datasets;

import dev.cft.critiques.datasets.DatasetViews.Bar;
import dev.cft.critiques.datasets.DatasetViews.LengthsView;
import java.util.ArrayList;

/// Lengths of a field, counted by powers of two.
final class LengthCount {
  private final long[] counts = new long[32];
  private long rows;
  private long sum;
  private int shortest = Integer.MAX_VALUE;
  private int longest;

  void add(int length) {
    counts[Integer.SIZE - Integer.numberOfLeadingZeros(length)]++;
    rows++;
    sum += length;
    shortest = Math.min(shortest, length);
    longest = Math.max(longest, length);
  }

  boolean isEmpty() {
    return rows == 0;
  }

  LengthsView view() {
    var bars = new ArrayList<Bar>();
    for (var i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        bars.add(new Bar(i == 0 ? 0 : 1 << (i - 1), i == 0 ? 0 : (int) ((1L << i) - 1), counts[i]));
      }
    }
    return new LengthsView(rows, Math.round(10.0 * sum / rows) / 10.0, shortest, longest, bars);
  }
}
