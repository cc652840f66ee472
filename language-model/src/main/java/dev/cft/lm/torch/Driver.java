package dev.cft.lm.torch;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// NVIDIA's driver on a machine.
///
/// @param kernel the version that its part in the kernel tells, if there is one
/// @param cuda the newest CUDA that its library `libcuda.so.1` serves, 12080 for 12.8; empty where
///   that library cannot be loaded
record Driver(Optional<String> kernel, OptionalInt cuda) {
  /// Programs built with any CUDA 12 run on drivers that came with 12.0, of version 525.60.13 (CUDA
  /// 12.8 release notes, table 2).
  private static final int OLDEST_CUDA = 12_000;

  private static final Path KERNEL = Path.of("/proc/driver/nvidia/version");
  private static final Pattern VERSION =
      Pattern.compile("Kernel Module.*?\\s(\\d+(?:\\.\\d+)+)\\s");

  static Driver ofThisMachine() {
    return new Driver(kernelVersion(KERNEL), cudaVersion("libcuda.so.1"));
  }

  /// Whether its library is there, of whatever version.
  boolean isThere() {
    return cuda.isPresent();
  }

  /// Why PyTorch for CUDA 12 cannot use it, if so.
  Optional<String> fault() {
    if (cuda.isEmpty()) {
      return Optional.of(
          kernel
              .map(
                  "the NVIDIA driver %s is loaded, but its library libcuda.so.1 is not found; in a container it comes with NVIDIA's runtime"
                      ::formatted)
              .orElse("this machine has no NVIDIA driver (libcuda.so.1 is not found)"));
    }
    if (cuda.getAsInt() < OLDEST_CUDA) {
      return Optional.of(
          "the NVIDIA driver%s serves CUDA up to %d.%d, but CUDA 12 is needed: install driver 525.60.13 or newer"
              .formatted(
                  kernel.map(" "::concat).orElse(""),
                  cuda.getAsInt() / 1000,
                  cuda.getAsInt() % 1000 / 10));
    }
    return Optional.empty();
  }

  static Optional<String> kernelVersion(Path file) {
    try {
      var matcher = VERSION.matcher(Files.exists(file) ? Files.readString(file) : "");
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// `cuDriverGetVersion` needs no initialisation and no GPU.
  @SuppressWarnings("restricted")
  private static OptionalInt cudaVersion(String library) {
    var arena = Arena.global();
    try {
      var function =
          Linker.nativeLinker()
              .downcallHandle(
                  SymbolLookup.libraryLookup(library, arena).findOrThrow("cuDriverGetVersion"),
                  FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
      var version = arena.allocate(ValueLayout.JAVA_INT);
      int status = (int) function.invokeExact(version);
      return status == 0
          ? OptionalInt.of(version.get(ValueLayout.JAVA_INT, 0))
          : OptionalInt.empty();
    } catch (IllegalArgumentException | NoSuchElementException _) {
      return OptionalInt.empty();
    } catch (Throwable e) {
      throw new IllegalStateException("cuDriverGetVersion is no function of this form", e);
    }
  }
}
