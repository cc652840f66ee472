package dev.cft.lm.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchIllegalArgumentException;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicesTest {
  private static Optional<String> driver(String version) {
    return Optional.of(
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  %s  Thu Feb 22 01:44:30 UTC 2024\n"
            .formatted(version));
  }

  @Test
  void auto_takes_the_gpu_that_pytorch_can_use() {
    assertThat(Devices.choose("auto", Optional.empty(), 0, Optional.empty()))
        .isEqualTo(Device.cpu());
    assertThat(Devices.choose("auto", driver("570.26"), 2, Optional.empty()))
        .isEqualTo(Device.gpu(0));
    assertThat(Devices.choose("cpu", driver("570.26"), 2, Optional.empty()))
        .isEqualTo(Device.cpu());
  }

  @Test
  void a_gpu_that_cannot_be_used_is_explained() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.choose("gpu", Optional.empty(), 0, Optional.empty()))
        .withMessageContaining("no NVIDIA driver");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.choose("gpu", driver("470.82.01"), 0, Optional.empty()))
        .withMessageContaining("driver 470.82.01 is older than 525.60.13");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.choose("gpu", driver("550.54.15"), 0, Optional.empty()))
        .withMessageContaining("Set PYTORCH_LIBRARY_PATH");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.choose("tpu", Optional.empty(), 0, Optional.empty()))
        .withMessageContaining("auto, cpu or gpu, got 'tpu'");
  }

  @Test
  void a_folder_without_a_whole_cuda_library_is_told(@TempDir Path folder) throws IOException {
    assertThat(whyNoGpu(folder)).contains(folder + " holds no libtorch.so and was passed over");

    Files.createFile(folder.resolve("libtorch.so"));
    assertThat(whyNoGpu(folder)).contains(folder + " holds no libtorch_cuda.so");

    Files.createFile(folder.resolve("libtorch_cuda.so"));
    assertThat(whyNoGpu(folder)).contains(folder + " holds no libc10_cuda.so");

    Files.createFile(folder.resolve("libc10_cuda.so"));
    assertThat(whyNoGpu(folder)).contains("the PyTorch library in " + folder + " sees no GPU");
  }

  private static String whyNoGpu(Path folder) {
    return String.valueOf(
        catchIllegalArgumentException(
                () -> Devices.choose("gpu", driver("570.26"), 0, Optional.of(folder.toString())))
            .getMessage());
  }
}
