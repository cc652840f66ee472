package dev.cft.lm.torch;

import ai.djl.Device;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which device arrays live on: `cpu`, `gpu` or `auto`, which is the first GPU if PyTorch can use
/// it.
final class Devices {
  /// The oldest Linux driver for programs built with CUDA 12 (CUDA 12.8 release notes, table 2).
  private static final int[] OLDEST_DRIVER = {525, 60, 13};

  private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");
  private static final Pattern VERSION =
      Pattern.compile("Kernel Module.*?\\s(\\d+(?:\\.\\d+)+)\\s");

  private Devices() {}

  /// @param driver what the NVIDIA driver says of itself, if there is one
  /// @param gpus how many GPUs PyTorch can use
  /// @param libraries the folders in which a PyTorch library was looked for first, if any were
  ///   named
  /// @throws IllegalArgumentException saying what a GPU lacks
  static Device choose(
      String wanted, Optional<String> driver, int gpus, Optional<String> libraries) {
    return switch (wanted) {
      case "cpu" -> Device.cpu();
      case "auto" -> gpus > 0 ? Device.gpu(0) : Device.cpu();
      case "gpu" -> {
        if (gpus == 0) {
          throw new IllegalArgumentException(whyNoGpu(driver, libraries));
        }
        yield Device.gpu(0);
      }
      default ->
          throw new IllegalArgumentException(
              "The device must be auto, cpu or gpu, got '%s'".formatted(wanted));
    };
  }

  private static String whyNoGpu(Optional<String> driver, Optional<String> libraries) {
    if (driver.isEmpty()) {
      return "No GPU can be used: this machine has no NVIDIA driver (%s is missing)"
          .formatted(DRIVER);
    }
    var matcher = VERSION.matcher(driver.get());
    if (matcher.find() && Arrays.compare(numbers(matcher.group(1)), OLDEST_DRIVER) < 0) {
      return "No GPU can be used: the NVIDIA driver %s is older than 525.60.13, which CUDA 12 needs"
          .formatted(matcher.group(1));
    }
    return "No GPU can be used: there is a driver, but %s. Set PYTORCH_LIBRARY_PATH to the folder 'lib' of a libtorch 2.7.1 for CUDA 12.8"
        .formatted(
            libraries
                .map(Devices::whyNoCuda)
                .orElse("the PyTorch library that comes along has no CUDA"));
  }

  /// DJL passes over a folder without PyTorch in silence.
  private static String whyNoCuda(String libraries) {
    var folder =
        Arrays.stream(libraries.split(File.pathSeparator, -1))
            .map(Path::of)
            .filter(path -> Files.exists(path.resolve("libtorch.so")))
            .findFirst();
    if (folder.isEmpty()) {
      return "%s holds no libtorch.so and was passed over".formatted(libraries);
    }
    for (var library : List.of("libtorch_cuda.so", "libc10_cuda.so")) {
      if (Files.notExists(folder.get().resolve(library))) {
        return "%s holds no %s: its PyTorch has no CUDA or is not whole"
            .formatted(folder.get(), library);
      }
    }
    return "the PyTorch library in %s sees no GPU".formatted(folder.get());
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
  }

  /// Folders that the environment names for PyTorch's libraries.
  static Optional<String> libraries() {
    return Optional.ofNullable(System.getenv("PYTORCH_LIBRARY_PATH"))
        .filter(folders -> !folders.isBlank());
  }

  /// The driver's own description, if one is loaded.
  static Optional<String> driver() {
    try {
      return Files.exists(DRIVER) ? Optional.of(Files.readString(DRIVER)) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
