package dev.cft.lm.torch;

import dev.cft.lm.download.Download;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// PyTorch for CUDA in DJL's cache, fetched there once from PyPI's wheels (docs/adr/0082).
///
/// @param home folder in DJL's cache
/// @param allowed whether it may be fetched
/// @param messages hears of progress
record CudaLibrary(Path home, CudaWheels wheels, boolean allowed, Consumer<String> messages) {
  static final String ALLOWED = "CFT_CUDA_DOWNLOAD";
  private static final String MIRROR = "CFT_CUDA_MIRROR";
  private static final String SOURCE = "https://files.pythonhosted.org/packages";

  /// By the variables `CFT_CUDA_DOWNLOAD` and `CFT_CUDA_MIRROR`.
  ///
  /// @param cache DJL's
  /// @throws DeviceException if one of them is wrong
  static CudaLibrary of(Map<String, String> environment, Path cache, Consumer<String> messages) {
    var allowed = environment.getOrDefault(ALLOWED, "").strip();
    if (!allowed.matches("true|false|")) {
      throw new DeviceException("%s must be true or false, got '%s'".formatted(ALLOWED, allowed));
    }
    var mirror = environment.getOrDefault(MIRROR, "").strip();
    if (!mirror.matches("(https?://[\\w.:-]+(/[\\w./~%-]*)?)?")) {
      throw new DeviceException("%s must be an http address, got '%s'".formatted(MIRROR, mirror));
    }
    var source = URI.create(mirror.isEmpty() ? SOURCE : mirror.replaceAll("/+$", ""));
    return new CudaLibrary(
        cache.resolve("cuda"),
        new CudaWheels(CudaWheels.pinned(), source, Duration.ofSeconds(30)),
        allowed.equals("true"),
        messages);
  }

  private Path whole() {
    return home.resolve("torch-2.7.1-cu126");
  }

  private Optional<Path> installed() {
    var folder = whole().resolve("torch/lib");
    return Files.isDirectory(folder) ? Optional.of(folder) : Optional.empty();
  }

  /// The folder with PyTorch's own libraries, fetched if it is not there.
  ///
  /// @throws DeviceException saying why not
  Path folder() {
    return installed().orElseGet(this::fetched);
  }

  private Path fetched() {
    if (!allowed) {
      throw new DeviceException(
          "No GPU can be used: there is a driver, but no PyTorch for CUDA, and its %d MB are not fetched unasked. %s"
              .formatted(wheels.megabytes(), TorchLibrary.ADVICE));
    }
    try {
      Files.createDirectories(home);
      try (var channel =
              FileChannel.open(
                  home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var _ = lock(channel)) {
        if (installed().isEmpty()) {
          wheels.into(whole(), messages);
        }
        return installed()
            .orElseThrow(() -> new IOException("the archives hold no folder torch/lib"));
      }
    } catch (IOException e) {
      throw new DeviceException(
          "PyTorch for CUDA could not be fetched from %s: %s; what came is kept in %s, and the next attempt goes on from there. %s; %s may name a mirror"
              .formatted(wheels.mirror(), reason(e), home, TorchLibrary.NAME_IT, MIRROR),
          e);
    } catch (Download.WrongContentException e) {
      throw new DeviceException("PyTorch for CUDA: " + e.getMessage(), e);
    }
  }

  private static String reason(IOException e) {
    return e.getClass().equals(IOException.class) ? String.valueOf(e.getMessage()) : e.toString();
  }

  private FileLock lock(FileChannel channel) throws IOException {
    var lock = channel.tryLock();
    if (lock == null) {
      messages.accept("another process fetches PyTorch for CUDA; waiting for it");
      return channel.lock();
    }
    return lock;
  }
}
