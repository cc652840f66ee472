package dev.cft.lm.vector;

import dev.cft.lm.torch.NativeFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Runs Java in the OpenMP threads that PyTorch's operators use when this thread calls them:
/// threads of our own would compete with those, which spin between two operators.
///
/// For one thread at a time.
public final class OpenMp {
  /// Fewer numbers than this are faster done by the caller alone (our choice: a parallel region
  /// costs 2 to 4 µs).
  private static final int SMALLEST = 16_384;

  private static final FunctionDescriptor BODY = FunctionDescriptor.ofVoid(ValueLayout.ADDRESS);

  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final MethodHandle parallel;
  private final MethodHandle mostThreads;
  private final MemorySegment body;
  private final int count;
  private volatile int tasks;
  private volatile IntConsumer task = _ -> {};

  /// As many threads as operators have.
  ///
  /// @throws IllegalStateException if there is no GNU OpenMP
  public OpenMp() {
    this(0);
  }

  /// @param count how many threads, the caller's included; 0: as many as operators have
  @SuppressWarnings("restricted")
  OpenMp(int count) {
    this.count = count;
    this.parallel = parallel().orElseThrow(() -> new IllegalStateException("No GOMP_parallel"));
    this.mostThreads =
        NativeFunction.find("omp_get_max_threads", FunctionDescriptor.of(ValueLayout.JAVA_INT))
            .orElseThrow(() -> new IllegalStateException("No omp_get_max_threads"));
    try {
      var work =
          MethodHandles.lookup()
              .findVirtual(
                  OpenMp.class, "work", MethodType.methodType(void.class, MemorySegment.class));
      this.body = Linker.nativeLinker().upcallStub(work.bindTo(this), BODY, Arena.ofAuto());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("OpenMp.work cannot be called from native code", e);
    }
  }

  /// How many threads do what [#run] is given, if there are as many tasks.
  public int count() {
    try {
      return count > 0 ? count : (int) mostThreads.invokeExact();
    } catch (Throwable e) {
      throw new LinkageError("omp_get_max_threads cannot be called", e);
    }
  }

  /// Whether PyTorch brought GNU OpenMP along.
  static boolean available() {
    return parallel().isPresent();
  }

  /// `void GOMP_parallel(void (*fn)(void *), void *data, unsigned threads, unsigned flags)`, as
  /// compilers call it for `#pragma omp parallel` (libgomp's manual, "Implementing PARALLEL
  /// construct").
  private static Optional<MethodHandle> parallel() {
    return NativeFunction.find(
        "GOMP_parallel",
        FunctionDescriptor.ofVoid(
            ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }

  /// Does tasks 0 to `tasks - 1`, in any order, in as many threads as an operator would take.
  ///
  /// @param numbers about how many numbers all of them read
  public void run(int tasks, long numbers, IntConsumer task) {
    if (tasks == 1 || numbers < SMALLEST) {
      for (int i = 0; i < tasks; i++) {
        task.accept(i);
      }
      return;
    }
    this.tasks = tasks;
    this.task = task;
    next.set(0);
    try {
      parallel.invokeExact(body, MemorySegment.NULL, count, 0);
    } catch (Throwable e) {
      throw new LinkageError("GOMP_parallel cannot be called", e);
    }
    rethrow(failure.getAndSet(null));
  }

  /// What each of the threads does; an exception that left it would end the JVM.
  void work(MemorySegment ignored) {
    try {
      for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
        task.accept(i);
      }
    } catch (RuntimeException | Error e) {
      failure.set(e);
    }
  }

  private static void rethrow(@Nullable Throwable failure) {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
