package dev.cft.lm.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DevicesTest {
  private static Optional<String> driver(String version) {
    return Optional.of(
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  %s  Thu Feb 22 01:44:30 UTC 2024\n"
            .formatted(version));
  }

  @Test
  void auto_takes_the_gpu_that_pytorch_can_use() {
    assertThat(Devices.choose("auto", Optional.empty(), 0)).isEqualTo(Device.cpu());
    assertThat(Devices.choose("auto", driver("570.26"), 2)).isEqualTo(Device.gpu(0));
    assertThat(Devices.choose("cpu", driver("570.26"), 2)).isEqualTo(Device.cpu());
  }

  @Test
  void a_gpu_that_cannot_be_used_is_explained() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.choose("gpu", Optional.empty(), 0))
        .withMessageContaining("no NVIDIA driver");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.choose("gpu", driver("470.82.01"), 0))
        .withMessageContaining("driver 470.82.01 is older than 525.60.13");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.choose("gpu", driver("550.54.15"), 0))
        .withMessageContaining("Set PYTORCH_LIBRARY_PATH");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Devices.choose("tpu", Optional.empty(), 0))
        .withMessageContaining("auto, cpu or gpu, got 'tpu'");
  }
}
