package dev.cft.lm.torch;

import ai.djl.Device;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Which device arrays live on: `cpu`, `gpu` or `auto`, which is the first GPU if PyTorch can use
/// it.
final class Devices {
  private Devices() {}

  static void requireKnown(String wanted) {
    if (!Set.of("auto", "cpu", "gpu").contains(wanted)) {
      throw new DeviceException("The device must be auto, cpu or gpu, got '%s'".formatted(wanted));
    }
  }

  /// @param loaded the library of this process
  /// @param seen asked for the GPUs if that library has CUDA
  /// @throws DeviceException saying what a GPU lacks
  static Device choose(String wanted, Driver driver, TorchLibrary loaded, Supplier<Gpus> seen) {
    if (wanted.equals("cpu")) {
      return Device.cpu();
    }
    var whyNot =
        driver
            .fault()
            .or(() ->
                loaded.whyNoCuda().map(fault -> "%s. %s".formatted(fault, TorchLibrary.ADVICE)))
            .or(() -> {
              var gpus = seen.get();
              return gpus.count() > 0
                  ? Optional.empty()
                  : Optional.of("CUDA says: " + gpus.reason());
            });
    if (whyNot.isEmpty()) {
      return Device.gpu(0);
    }
    if (wanted.equals("gpu")) {
      throw new DeviceException("No GPU can be used: " + whyNot.get());
    }
    return Device.cpu();
  }
}
