package dev.cft.lm.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs({OS.LINUX, OS.MAC})
@DisabledIfEnvironmentVariable(named = "GOMP_SPINCOUNT", matches = ".*")
class WaitingThreadsTest {
  /// What native code reads in this process' environment, empty if it is not there.
  @SuppressWarnings("restricted")
  private static String read(String variable) throws Throwable {
    var linker = Linker.nativeLinker();
    var getenv =
        linker.downcallHandle(
            linker.defaultLookup().find("getenv").orElseThrow(),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    try (var arena = Arena.ofConfined()) {
      var value = (MemorySegment) getenv.invokeExact(arena.allocateFrom(variable));
      return value.equals(MemorySegment.NULL) ? "" : value.reinterpret(Long.MAX_VALUE).getString(0);
    }
  }

  @Test
  void openmp_reads_how_soon_its_threads_sleep() throws Throwable {
    WaitingThreads.sleepSooner(Map.of("OMP_WAIT_POLICY", "active"));
    WaitingThreads.sleepSooner(Map.of());

    assertThat(read("GOMP_SPINCOUNT")).isEqualTo("10000");
    assertThat(System.getenv()).doesNotContainKey("OMP_WAIT_POLICY");
  }
}
