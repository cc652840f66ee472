package dev.cft.eval.runs;

import dev.cft.eval.evals.ItemSets;
import dev.cft.eval.evals.ItemSets.Item;
import dev.cft.store.specs.EvaluationSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;

/// The samples that a run still has to make, read as they are pulled.
final class ItemSelection implements Iterator<ItemSelection.Sample> {
  private static final int CHUNK = 256;

  private final Function<List<Long>, List<Item>> read;
  private final Set<Long> written;
  private final int samples;
  private final List<Long> places;
  private final Deque<Sample> ready = new ArrayDeque<>();
  private int next;

  /// @param read items at places
  /// @param written samples that are done
  ItemSelection(
      EvaluationSpec spec, long inSet, Function<List<Long>, List<Item>> read, Set<Long> written) {
    this.read = read;
    this.written = Set.copyOf(written);
    this.samples = spec.how().samples();
    var items = spec.how().items();
    this.places =
        items != null
            ? items
            : LongStream.range(0, spec.limit() == null ? inSet : Math.min(inSet, spec.limit()))
                .boxed()
                .toList();
  }

  /// One sample of an item.
  ///
  /// @param seq its place in the run
  record Sample(Item item, long seq) {}

  /// Samples of a run, done or not.
  static long total(EvaluationSpec spec, long inSet) {
    var items = spec.how().items();
    var count =
        items != null ? items.size() : spec.limit() == null ? inSet : Math.min(inSet, spec.limit());
    return count * spec.how().samples();
  }

  /// How the items are read: from the database, or from the user's own copy where texts are
  /// withheld.
  static Function<List<Long>, List<Item>> stored(ItemSets sets, String itemSet) {
    return places -> sets.read(itemSet, places);
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && next < places.size()) {
      fill();
    }
    return !ready.isEmpty();
  }

  private void fill() {
    var wanted = new ArrayList<Long>();
    while (next < places.size() && wanted.size() < CHUNK) {
      var place = places.get(next++);
      if (LongStream.range(0, samples).anyMatch(i -> isOpen(place * samples + i))) {
        wanted.add(place);
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    for (var item : read.apply(wanted)) {
      for (var i = 0L; i < samples; i++) {
        var seq = item.seq() * samples + i;
        if (isOpen(seq)) {
          ready.add(new Sample(item, seq));
        }
      }
    }
  }

  private boolean isOpen(long seq) {
    return !written.contains(seq);
  }

  @Override
  public Sample next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }
}
