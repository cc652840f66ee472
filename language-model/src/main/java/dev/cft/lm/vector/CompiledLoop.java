package dev.cft.lm.vector;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// A loop over memory that the compiler compiles by itself: inlined, it takes its callers over the
/// compiler's limits, and whatever that then leaves out makes an object of each vector (thirty
/// times slower with heads of 128).
final class CompiledLoop {
  private static final MethodType TYPE =
      MethodType.methodType(
          void.class,
          MemorySegment.class,
          long.class,
          long.class,
          float[].class,
          int.class,
          int.class,
          float[].class);

  /// The one handle. An array's elements are no constants to the compiler, so that it does not
  /// inline what it calls.
  private final MethodHandle[] loop;

  /// @param name of a static method whose parameters are those of [#run]
  CompiledLoop(MethodHandles.Lookup lookup, String name) {
    try {
      loop = new MethodHandle[] {lookup.findStatic(lookup.lookupClass(), name, TYPE)};
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(name, e);
    }
  }

  /// @param at where it begins to read the memory, in bytes
  /// @param step bytes from one turn to the next
  void run(
      MemorySegment memory, long at, long step, float[] from, int first, int count, float[] to) {
    try {
      loop[0].invokeExact(memory, at, step, from, first, count, to);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
