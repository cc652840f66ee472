package dev.cft.trainer.devices;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicesTest {
  @TempDir Path devices;

  @Test
  void a_gpu_is_a_device_file_with_a_number() throws IOException {
    for (String name : List.of("nvidia10", "nvidia2", "nvidiactl", "nvidia-uvm", "null")) {
      Files.createFile(devices.resolve(name));
    }

    assertThat(Devices.of(null, devices).gpus()).containsExactly("2", "10");
  }

  @Test
  void cuda_s_own_variable_says_what_may_be_used() throws IOException {
    Files.createFile(devices.resolve("nvidia0"));

    assertThat(Devices.of("GPU-a1, GPU-b2", devices).gpus()).containsExactly("GPU-a1", "GPU-b2");
    assertThat(Devices.of("", devices).areGpus()).isFalse();
    assertThat(Devices.of("-1", devices).areGpus()).isFalse();
  }
}
