package dev.cft.lm;

import dev.cft.lm.torch.Brgemm;
import dev.cft.lm.vector.Numbers;
import dev.cft.lm.vector.OpenMp;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/// The threads that compute a step, and each one's room, which stays in its cache from layer to
/// layer.
final class StepThreads {
  private final OpenMp threads = new OpenMp();
  private final ThreadLocal<Room> rooms = ThreadLocal.withInitial(Room::new);

  /// What only one thread uses, and only within a task.
  static final class Room {
    private float[] values = new float[0];
    private Numbers products = new Numbers(MemorySegment.NULL, false);

    private void reserve(int count) {
      if (values.length < count) {
        values = new float[count];
        products = new Numbers(Arena.ofAuto().allocate(4L * count, 64), false);
      }
    }

    float[] values() {
      return values;
    }

    /// For native code: as many as there are values.
    Numbers products() {
      return products;
    }
  }

  /// As [OpenMp#run].
  void run(int tasks, long numbers, IntConsumer task) {
    threads.run(tasks, numbers, task);
  }

  /// As [#run], for tasks that may multiply by [Brgemm].
  void tiled(int tasks, long numbers, IntConsumer task) {
    var next = new AtomicInteger();
    threads.run(
        Math.min(tasks, count()),
        numbers,
        _ ->
            Brgemm.tiled(() -> {
              for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                task.accept(i);
              }
            }));
  }

  /// How many threads there are.
  int count() {
    return threads.count();
  }

  /// This thread's room for at least so many numbers.
  Room room(int count) {
    var room = rooms.get();
    room.reserve(count);
    return room;
  }
}
