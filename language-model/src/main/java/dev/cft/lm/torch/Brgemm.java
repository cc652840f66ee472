package dev.cft.lm.torch;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// PyTorch's product of blocks of matrices, which is oneDNN's, in the calling thread and in the
/// caller's memory: what its operators are made of, without what each of them costs (ADR 84). In
/// bf16 by the processor's tiles (AMX) where there are some.
public final class Brgemm {
  /// `c10::ScalarType::BFloat16`.
  private static final byte BF16 = 15;

  private static final @Nullable Functions FUNCTIONS = find().orElse(null);

  /// A record: the compiler takes its fields for constants, and calls them directly.
  ///
  /// @param multiplyInt8 null if the processor does not multiply bytes
  /// @param bf16 whether the processor multiplies bf16 numbers
  /// @param tiles whether it does by tiles
  private record Functions(
      MethodHandle multiplyFp32,
      MethodHandle multiplyBf16,
      @Nullable MethodHandle multiplyInt8,
      MethodHandle release,
      boolean bf16,
      boolean tiles) {}

  private Brgemm() {}

  /// Whether this PyTorch has it, and the processor has instructions for numbers of this type.
  public static boolean available(boolean bf16) {
    return FUNCTIONS != null && (!bf16 || FUNCTIONS.bf16);
  }

  /// Whether it has products of bytes, and the processor has instructions for them.
  public static boolean int8Available() {
    return FUNCTIONS != null && FUNCTIONS.multiplyInt8 != null;
  }

  /// Whether bf16 is multiplied by tiles.
  public static boolean tiles() {
    return FUNCTIONS != null && FUNCTIONS.tiles;
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
    var fp32 = NativeFunction.find("_ZN2at6native7cpublas6brgemmEllllllbPKfS3_Pfb", product);
    var bf16 =
        NativeFunction.find("_ZN2at6native7cpublas6brgemmEllllllbPKN3c108BFloat16ES5_Pfb", product);
    var release =
        NativeFunction.find(
            "_ZN2at6native7cpublas14brgemm_releaseEb", FunctionDescriptor.ofVoid(flag));
    if (fp32.isEmpty() || bf16.isEmpty() || release.isEmpty()) {
      return Optional.empty();
    }
    var int8 =
        NativeFunction.find("_ZN2at6native7cpublas6brgemmEllllllbPKhPKaPib", product)
            .filter(_ -> instructionsFound("_ZN2at3cpu24is_avx512_vnni_supportedEv"));
    boolean tiles = tilesFound();
    boolean dots = instructionsFound("_ZN2at3cpu24is_avx512_bf16_supportedEv");
    return Optional.of(
        new Functions(
            fp32.get(), bf16.get(), int8.orElse(null), release.get(), tiles || dots, tiles));
  }

  private static boolean tilesFound() {
    var signature = FunctionDescriptor.of(ValueLayout.JAVA_BOOLEAN, ValueLayout.JAVA_BYTE);
    return says("_ZN2at6native7cpublas10could_packEN3c1010ScalarTypeE", signature, BF16);
  }

  /// Whether the processor has such dot products, and oneDNN was not told to do without: where it
  /// does, a product by them would end the process.
  ///
  /// @param supported PyTorch's function that tells of the processor
  private static boolean instructionsFound(String supported) {
    var signature = FunctionDescriptor.of(ValueLayout.JAVA_BOOLEAN);
    return Stream.of("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA")
            .allMatch(name -> System.getenv(name) == null)
        && says(supported, signature);
  }

  /// What a function answers; no, if it is not there.
  private static boolean says(String name, FunctionDescriptor signature, Object... arguments) {
    var function = NativeFunction.find(name, signature);
    if (function.isEmpty()) {
      return false;
    }
    try {
      return (boolean) function.get().invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new LinkageError(name + " cannot be called", e);
    }
  }

  /// A matrix in memory.
  ///
  /// @param step numbers from one row to the next; pairs from two rows to the next two, if each
  ///   number is followed by the one below it
  public record Block(MemorySegment memory, int step) {}

  /// Of a product: rows and columns of its result, and how many numbers each of those is a sum of.
  public record Size(int m, int n, int k) {}

  /// `c[m, n] = a[m, k] · b[k, n]`, or adds the product to `c`, with sums in fp32.
  ///
  /// For work that [#tiled] does: the thread must give the tiles back before it computes anything
  /// else.
  ///
  /// @param size in bf16 with an even k
  /// @param b in bf16 `[k/2, n, 2]`
  /// @param bf16 whether `a` and `b` are, and not fp32
  public static void multiply(Size size, Block a, Block b, Block c, boolean add, boolean bf16) {
    if (bf16) {
      call(functions().multiplyBf16, size, a, b, c, add, true);
    } else {
      call(functions().multiplyFp32, size, a, b, c, add, false);
    }
  }

  /// As [#multiply], of bytes from 0 to 255 by bytes from -128 to 127, in 32-bit integers.
  ///
  /// @param size with a multiple of 4 as k
  /// @param b `[k/4, n, 4]`; its step counts fours
  public static void multiplyInt8(Size size, Block a, Block b, Block c) {
    call(requireNonNull(functions().multiplyInt8), size, a, b, c, false, true);
  }

  /// @param product a constant to the compiler once this is inlined, so that it calls it directly
  /// @param packed whether numbers of some rows of `b` lie side by side
  private static void call(
      MethodHandle product, Size size, Block a, Block b, Block c, boolean add, boolean packed) {
    try {
      product.invokeExact(
          (long) size.m,
          (long) size.n,
          (long) size.k,
          (long) a.step,
          (long) b.step,
          (long) c.step,
          add,
          a.memory,
          b.memory,
          c.memory,
          packed);
    } catch (Throwable e) {
      throw new LinkageError("brgemm cannot be called", e);
    }
  }

  /// Does what may multiply in this thread, and gives the tiles back.
  public static void tiled(Runnable work) {
    try {
      work.run();
    } finally {
      if (FUNCTIONS != null) {
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
      throw new UnsupportedOperationException("This PyTorch has no product of blocks");
    }
    return FUNCTIONS;
  }
}
