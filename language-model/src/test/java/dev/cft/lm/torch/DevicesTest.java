package dev.cft.lm.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicesTest {
  private static final Driver NONE = new Driver(Optional.empty(), OptionalInt.empty());
  private static final Driver GOOD = new Driver(Optional.of("570.26"), OptionalInt.of(12_080));
  private static final TorchLibrary BUNDLED = new TorchLibrary.Bundled();

  @TempDir Path folder;
  private TorchLibrary cuda;

  @BeforeEach
  void library() throws IOException {
    cuda = new TorchLibrary.InFolder(folder);
    for (var name : new String[] {"libtorch.so", "libtorch_cuda.so", "libc10_cuda.so"}) {
      Files.createFile(folder.resolve(name));
    }
  }

  private static Gpus unasked() {
    throw new AssertionError("a library without CUDA has no functions to ask");
  }

  private static Gpus two() {
    return new Gpus(2, "no error (0)");
  }

  private static Gpus hidden() {
    return new Gpus(0, "no CUDA-capable device is detected (100)");
  }

  @Test
  void auto_takes_the_gpu_that_pytorch_can_use() {
    assertThat(Devices.choose("auto", GOOD, cuda, DevicesTest::two)).isEqualTo(Device.gpu(0));
    assertThat(Devices.choose("auto", GOOD, cuda, DevicesTest::hidden)).isEqualTo(Device.cpu());
    assertThat(Devices.choose("auto", GOOD, BUNDLED, DevicesTest::unasked)).isEqualTo(Device.cpu());
    assertThat(Devices.choose("auto", NONE, cuda, DevicesTest::unasked)).isEqualTo(Device.cpu());
    assertThat(Devices.choose("cpu", GOOD, cuda, DevicesTest::unasked)).isEqualTo(Device.cpu());
    assertThat(Devices.choose("gpu", GOOD, cuda, DevicesTest::two)).isEqualTo(Device.gpu(0));
  }

  @Test
  void a_gpu_that_cannot_be_used_is_explained() {
    assertThat(whyNoGpu(NONE, cuda))
        .startsWith("No GPU can be used: ")
        .contains("no NVIDIA driver");
    assertThat(whyNoGpu(GOOD, cuda))
        .isEqualTo("No GPU can be used: CUDA says: no CUDA-capable device is detected (100)");
    assertThat(whyNoGpu(GOOD, BUNDLED))
        .contains("the PyTorch library that comes along has no CUDA")
        .contains("PYTORCH_LIBRARY_PATH may name", "CFT_CUDA_DOWNLOAD=true");
    assertThat(whyNoGpu(GOOD, new TorchLibrary.Missing("/nowhere")))
        .contains("PYTORCH_LIBRARY_PATH='/nowhere' holds no libtorch.so and was passed over");
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> Devices.requireKnown("tpu"))
        .withMessage("The device must be auto, cpu or gpu, got 'tpu'");
  }

  @Test
  void a_folder_without_a_whole_cuda_library_is_told() throws IOException {
    Files.delete(folder.resolve("libc10_cuda.so"));
    assertThat(whyNoGpu(GOOD, cuda)).contains(folder + " holds no libc10_cuda.so");

    Files.delete(folder.resolve("libtorch_cuda.so"));
    assertThat(whyNoGpu(GOOD, cuda)).contains(folder + " holds no libtorch_cuda.so");
  }

  @Test
  void what_the_loader_said_is_told_in_words() {
    var library = new TorchLibrary.InFolder(Path.of("/opt/lib"));

    assertThat(
            library.whyNotLoaded(
                "/opt/lib/libtorch_cuda.so: libcudnn.so.9: cannot open shared object file: No such file or directory"))
        .startsWith(
            "PyTorch in /opt/lib cannot be loaded: libtorch_cuda.so needs libcudnn.so.9, which is not found");
    assertThat(library.whyNotLoaded("/cache/libdjl_torch.so: undefined symbol: _ZN3c104cuda"))
        .contains("it is not PyTorch 2.7.1, or its libraries do not fit one another")
        .contains("_ZN3c104cuda");
    assertThat(library.whyNotLoaded("/opt/lib/libtorch.so: file too short"))
        .isEqualTo("PyTorch in /opt/lib cannot be loaded: /opt/lib/libtorch.so: file too short");
  }

  private static String whyNoGpu(Driver driver, TorchLibrary library) {
    return String.valueOf(
        catchThrowableOfType(
                DeviceException.class,
                () -> Devices.choose("gpu", driver, library, DevicesTest::hidden))
            .getMessage());
  }
}
