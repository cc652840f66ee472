package dev.cft.lm.torch;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// PyTorch's product of blocks of bf16 matrices by the processor's tiles (AMX), in the calling
/// thread and in the caller's memory: what its operators are made of, without what each of them
/// costs (ADR 84).
public final class Brgemm {
  /// `c10::ScalarType::BFloat16`.
  private static final byte BF16 = 15;

  private static final @Nullable Functions FUNCTIONS = find().orElse(null);

  /// A record: the compiler takes its fields for constants, and calls them directly.
  private record Functions(MethodHandle multiply, MethodHandle release) {}

  private Brgemm() {}

  /// Whether this PyTorch has it and the processor has tiles.
  public static boolean available() {
    return FUNCTIONS != null;
  }

  /// Nothing that PyTorch promises to keep: `aten/src/ATen/native/CPUBlas.h`, under the names that
  /// GCC and Clang give.
  private static Optional<Functions> find() {
    var size = ValueLayout.JAVA_LONG;
    var address = ValueLayout.ADDRESS;
    var flag = ValueLayout.JAVA_BOOLEAN;
    var product =
        FunctionDescriptor.ofVoid(
            size, size, size, size, size, size, flag, address, address, address, flag);
    var multiply =
        NativeFunction.find("_ZN2at6native7cpublas6brgemmEllllllbPKN3c108BFloat16ES5_Pfb", product);
    var release =
        NativeFunction.find(
            "_ZN2at6native7cpublas14brgemm_releaseEb", FunctionDescriptor.ofVoid(flag));
    var possible =
        NativeFunction.find(
            "_ZN2at6native7cpublas10could_packEN3c1010ScalarTypeE",
            FunctionDescriptor.of(flag, ValueLayout.JAVA_BYTE));
    return multiply.isPresent() && release.isPresent() && possible.filter(Brgemm::holds).isPresent()
        ? Optional.of(new Functions(multiply.get(), release.get()))
        : Optional.empty();
  }

  private static boolean holds(MethodHandle possible) {
    try {
      return (boolean) possible.invokeExact(BF16);
    } catch (Throwable e) {
      throw new LinkageError("could_pack cannot be called", e);
    }
  }

  /// A matrix in memory.
  ///
  /// @param step numbers from one row to the next; pairs from two rows to the next two, if each
  ///   number is followed by the one below it
  public record Block(MemorySegment memory, int step) {}

  /// `c[m, n] = a[m, k] · b[k, n]`, or adds the product to `c`.
  ///
  /// For work that [#tiled] does: the thread must give the tiles back before it computes anything
  /// else.
  ///
  /// @param k even
  /// @param a bf16
  /// @param b bf16, `[k/2, n, 2]`
  /// @param c fp32
  public static void multiply(int m, int n, int k, Block a, Block b, Block c, boolean add) {
    try {
      functions()
          .multiply
          .invokeExact(
              (long) m,
              (long) n,
              (long) k,
              (long) a.step,
              (long) b.step,
              (long) c.step,
              add,
              a.memory,
              b.memory,
              c.memory,
              true);
    } catch (Throwable e) {
      throw new LinkageError("brgemm cannot be called", e);
    }
  }

  /// Does what may multiply in this thread, and gives the tiles back.
  public static void tiled(Runnable work) {
    try {
      work.run();
    } finally {
      if (available()) {
        release();
      }
    }
  }

  private static void release() {
    try {
      functions().release.invokeExact(true);
    } catch (Throwable e) {
      throw new LinkageError("brgemm_release cannot be called", e);
    }
  }

  private static Functions functions() {
    if (FUNCTIONS == null) {
      throw new UnsupportedOperationException("Neither tiles nor their product are there");
    }
    return FUNCTIONS;
  }
}
