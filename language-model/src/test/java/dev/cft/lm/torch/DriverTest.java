package dev.cft.lm.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverTest {
  @Test
  void a_driver_that_serves_cuda_12_has_no_fault() {
    assertThat(new Driver(Optional.empty(), OptionalInt.of(12_000)).fault()).isEmpty();
    assertThat(new Driver(Optional.of("580.65.06"), OptionalInt.of(13_000)).fault()).isEmpty();
  }

  @Test
  void what_a_driver_lacks_is_told() {
    assertThat(new Driver(Optional.empty(), OptionalInt.empty()).fault())
        .hasValue("this machine has no NVIDIA driver (libcuda.so.1 is not found)");
    assertThat(new Driver(Optional.of("550.54.15"), OptionalInt.empty()).fault())
        .hasValueSatisfying(fault ->
            assertThat(fault)
                .startsWith("the NVIDIA driver 550.54.15 is loaded, but")
                .contains("libcuda.so.1 is not found", "in a container"));
    assertThat(new Driver(Optional.of("470.82.01"), OptionalInt.of(11_040)).fault())
        .hasValue(
            "the NVIDIA driver 470.82.01 serves CUDA up to 11.4, but CUDA 12 is needed: install driver 525.60.13 or newer");
    assertThat(new Driver(Optional.empty(), OptionalInt.of(11_080)).fault())
        .hasValueSatisfying(
            fault -> assertThat(fault).startsWith("the NVIDIA driver serves CUDA up to 11.8"));
  }

  @Test
  void the_kernel_tells_its_driver_s_version(@TempDir Path folder) throws IOException {
    var file = folder.resolve("version");
    assertThat(Driver.kernelVersion(file)).isEmpty();

    Files.writeString(
        file,
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\nGCC version:  gcc version 12.2.0\n");
    assertThat(Driver.kernelVersion(file)).hasValue("550.54.15");

    Files.writeString(
        file,
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build  (dvs)\n");
    assertThat(Driver.kernelVersion(file)).hasValue("570.86.15");

    Files.writeString(file, "something else\n");
    assertThat(Driver.kernelVersion(file)).isEmpty();
  }
}
