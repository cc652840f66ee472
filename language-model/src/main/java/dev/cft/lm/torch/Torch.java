package dev.cft.lm.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicReference;

/// PyTorch in this process: loaded once, offline, without telemetry.
public final class Torch {
  private static final Engine ENGINE = start();

  /// One for the process, as the number of threads is: PyTorch keeps both so.
  private static final AtomicReference<Device> DEVICE = new AtomicReference<>(Device.cpu());

  private Torch() {}

  /// Loads the native library if that has not happened yet.
  public static Engine engine() {
    return ENGINE;
  }

  /// Lets models loaded from now on live on a device: `auto`, `cpu` or `gpu`.
  ///
  /// @throws IllegalArgumentException saying why the GPU cannot be used
  public static void use(String wanted) {
    DEVICE.set(
        Devices.choose(wanted, Devices.driver(), engine().getGpuCount(), Devices.libraries()));
  }

  /// Where models that are loaded now will live.
  public static Device device() {
    return DEVICE.get();
  }

  /// How many threads one operator may use; set before the first operator runs.
  public static void threads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got " + threads);
    }
    engine();
    JniUtils.setNumThreads(threads);
  }

  private static Engine start() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    Path cache = cacheFolder();
    // DJL unpacks its libraries into the cache on first use; JVMs that start together take turns.
    try {
      Files.createDirectories(cache);
      try (var channel = open(cache.resolve("cft-unpack.lock"));
          var _ = channel.lock()) {
        var engine = Engine.getEngine("PyTorch");
        // The profiling executor makes the first calls of a script slow and gains nothing on ours.
        JniUtils.setGraphExecutorOptimize(false);
        return engine;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot use the DJL cache folder " + cache + " (DJL_CACHE_DIR chooses another)", e);
    }
  }

  private static FileChannel open(Path lock) throws IOException {
    return FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static Path cacheFolder() {
    return ai.djl.util.Utils.getCacheDir();
  }
}
