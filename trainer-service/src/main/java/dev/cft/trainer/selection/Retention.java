package dev.cft.trainer.selection;

import dev.cft.store.specs.FineTuningSpec.Keep;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which checkpoints of a run stay models.
///
/// @param best so many of the best
/// @param last so many of the last
record Retention(int best, int last) {
  static final Retention ALL = new Retention(Integer.MAX_VALUE, Integer.MAX_VALUE);

  /// The best and the last one at least: one may become the model, the other is gone on from.
  static Retention of(@Nullable Keep keep) {
    if (keep == null || (keep.best() == null && keep.last() == null)) {
      return ALL;
    }
    Integer best = keep.best();
    Integer last = keep.last();
    return new Retention(
        Math.max(1, best == null ? 1 : best), Math.max(1, last == null ? 1 : last));
  }

  /// The steps that go.
  Set<Long> dropped(Collection<Long> steps, CheckpointScores scores) {
    var dropped = new TreeSet<>(steps);
    List<Long> ascending = List.copyOf(dropped);
    int from = Math.max(0, ascending.size() - last);
    ascending.subList(from, ascending.size()).forEach(dropped::remove);
    scores.best(best).forEach(dropped::remove);
    return dropped;
  }
}
