package dev.cft.trainer.launching;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.Semaphore;

/// The slots of a machine. A process takes all of its slots at once or waits; those that wait are
/// served in turn.
final class SlotPool {
  private final Semaphore free;
  private final BitSet taken;
  private final int size;

  SlotPool(int size) {
    this.size = size;
    this.free = new Semaphore(size, true);
    this.taken = new BitSet(size);
  }

  /// Waits for so many slots and tells which they are.
  ///
  /// @throws IllegalArgumentException there are not so many
  List<Integer> take(int number) throws InterruptedException {
    if (number > size) {
      throw new IllegalArgumentException(
          "%d slots are asked for; this machine has %d".formatted(number, size));
    }
    free.acquire(number);
    var mine = new ArrayList<Integer>();
    synchronized (taken) {
      for (int i = 0; i < number; i++) {
        int slot = taken.nextClearBit(0);
        taken.set(slot);
        mine.add(slot);
      }
    }
    return List.copyOf(mine);
  }

  void giveBack(List<Integer> slots) {
    synchronized (taken) {
      slots.forEach(taken::clear);
    }
    free.release(slots.size());
  }
}
