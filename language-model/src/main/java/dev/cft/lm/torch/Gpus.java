package dev.cft.lm.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/// The GPUs that PyTorch can use.
///
/// @param count how many
/// @param reason CUDA's words where there is none
record Gpus(int count, String reason) {
  private static final int LONGEST_MESSAGE = 1000;

  /// Asks the CUDA runtime that a loaded PyTorch uses. DJL would ask another one: that which the
  /// system's loader finds, if any.
  ///
  /// @param folder with `libc10_cuda.so`, which needs the runtime, whatever that is called
  @SuppressWarnings("restricted")
  static Gpus seenBy(Path folder) {
    try (var arena = Arena.ofConfined()) {
      var linker = Linker.nativeLinker();
      var library = SymbolLookup.libraryLookup(folder.resolve("libc10_cuda.so"), arena);
      var count =
          linker.downcallHandle(
              library.findOrThrow("cudaGetDeviceCount"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
      var words =
          linker.downcallHandle(
              library.findOrThrow("cudaGetErrorString"),
              FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
      var found = arena.allocate(ValueLayout.JAVA_INT);
      int status = (int) count.invokeExact(found);
      var text = (MemorySegment) words.invokeExact(status);
      return new Gpus(
          status == 0 ? found.get(ValueLayout.JAVA_INT, 0) : 0,
          "%s (%d)".formatted(text.reinterpret(LONGEST_MESSAGE).getString(0), status));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("The CUDA runtime has other functions than expected", e);
    }
  }
}
