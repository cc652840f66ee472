package dev.cft.lm.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/// How long the threads of an operator spin before they sleep, where GNU OpenMP computes.
///
/// By default some milliseconds. On processors that have other work, too, a thread that spins takes
/// the time of the one that it waits for: every operator then lasts as long as a time slice, and
/// decoding was 4 to 6 times slower than with this (docs/experiments.md).
final class WaitingThreads {
  /// What GNU OpenMP reads when it is loaded (libgomp's manual, "Environment Variables"): rounds of
  /// spinning, each 15 to 50 ns long (our choice: longer than what lies between two operators).
  private static final String VARIABLE = "GOMP_SPINCOUNT";

  private static final String ROUNDS = "10000";

  private WaitingThreads() {}

  /// Sets the variable in this process, before PyTorch is loaded, unless it or OpenMP's policy is
  /// set already. Without effect where there is no `setenv`.
  ///
  /// @param environment the process's
  @SuppressWarnings("restricted")
  static void sleepSooner(Map<String, String> environment) {
    if (environment.containsKey(VARIABLE) || environment.containsKey("OMP_WAIT_POLICY")) {
      return;
    }
    var linker = Linker.nativeLinker();
    var setenv = linker.defaultLookup().find("setenv");
    if (setenv.isEmpty()) {
      return;
    }
    var signature =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    try (var arena = Arena.ofConfined()) {
      // Others may read the environment meanwhile: the first `setenv` of a process leaves the old
      // table where it is.
      int _ =
          (int)
              linker
                  .downcallHandle(setenv.get(), signature)
                  .invokeExact(arena.allocateFrom(VARIABLE), arena.allocateFrom(ROUNDS), 0);
    } catch (Throwable e) {
      throw new LinkageError("setenv cannot be called", e);
    }
  }
}
