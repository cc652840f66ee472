package dev.cft.lm.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// PyTorch in this process: loaded once, offline, without telemetry.
public final class Torch {
  private static final AtomicReference<@Nullable Loaded> LOADED = new AtomicReference<>();

  /// One for the process, as the number of threads is: PyTorch keeps both so.
  private static final AtomicReference<Device> DEVICE = new AtomicReference<>(Device.cpu());

  /// 0 until somebody chose.
  private static final AtomicInteger THREADS = new AtomicInteger();

  private Torch() {}

  private record Loaded(Engine engine, TorchLibrary library) {}

  /// Loads the native library if that has not happened yet.
  ///
  /// @throws DeviceException saying why it cannot be loaded
  public static Engine engine() {
    return loaded("cpu", Driver::ofThisMachine, _ -> {}).engine();
  }

  /// Lets models loaded from now on live on a device: `auto`, `cpu` or `gpu`. The first call
  /// decides which of PyTorch's libraries this process loads, unless [#engine()] has loaded one.
  ///
  /// @param messages hears of a download
  /// @throws DeviceException saying why the device cannot be used
  public static void use(String wanted, Consumer<String> messages) {
    Devices.requireKnown(wanted);
    var driver = Driver.ofThisMachine();
    var library = loaded(wanted, () -> driver, messages).library();
    DEVICE.set(Devices.choose(wanted, driver, library, () -> gpus(library)));
  }

  private static Gpus gpus(TorchLibrary library) {
    return switch (library) {
      case TorchLibrary.InFolder(var folder) -> Gpus.seenBy(folder);
      case TorchLibrary.Bundled _, TorchLibrary.Missing _ -> new Gpus(0, "there is no CUDA");
    };
  }

  /// Where models that are loaded now will live.
  public static Device device() {
    return DEVICE.get();
  }

  /// How many threads one operator may use; set before the first operator runs. By default as many
  /// as this JVM has processors, which in a container are those that it may use, unless
  /// `OMP_NUM_THREADS` says otherwise.
  public static void threads(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, got " + threads);
    }
    THREADS.set(threads);
    if (LOADED.get() != null) {
      JniUtils.setNumThreads(threads);
    }
  }

  private static Loaded loaded(String wanted, Supplier<Driver> driver, Consumer<String> messages) {
    var loaded = LOADED.get();
    return loaded != null ? loaded : load(wanted, driver.get(), messages);
  }

  private static synchronized Loaded load(String wanted, Driver driver, Consumer<String> messages) {
    var loaded = LOADED.get();
    if (loaded != null) {
      return loaded;
    }
    var cuda = CudaLibrary.of(System.getenv(), Utils.getCacheDir(), messages);
    var named = Optional.ofNullable(System.getenv(TorchLibrary.PATH));
    var library = TorchLibrary.of(wanted, named, driver, cuda, messages);
    var started = new Loaded(start(library, driver), library);
    LOADED.set(started);
    if (THREADS.get() == 0 && System.getenv("OMP_NUM_THREADS") == null) {
      THREADS.set(Runtime.getRuntime().availableProcessors());
    }
    if (THREADS.get() > 0) {
      JniUtils.setNumThreads(THREADS.get());
    }
    return started;
  }

  private static Engine start(TorchLibrary library, Driver driver) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    if (library instanceof TorchLibrary.InFolder inFolder) {
      // DJL reads both as variables of the environment first, and would else look for JNI
      // libraries that it no longer has.
      System.setProperty(TorchLibrary.PATH, inFolder.folder().toString());
      System.setProperty("PYTORCH_FLAVOR", inFolder.flavor(driver));
    }
    WaitingThreads.sleepSooner(System.getenv());
    Path cache = Utils.getCacheDir();
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
    } catch (EngineException e) {
      throw new DeviceException(whyNotLoaded(library, e), e);
    }
  }

  private static String whyNotLoaded(TorchLibrary library, EngineException e) {
    var said =
        Stream.<Throwable>iterate(e, error -> error != null, Throwable::getCause)
            .reduce((_, last) -> last)
            .map(error -> String.valueOf(error.getMessage()))
            .orElseThrow();
    return library instanceof TorchLibrary.InFolder inFolder
        ? inFolder.whyNotLoaded(said)
        : "PyTorch cannot be loaded: " + said;
  }

  private static FileChannel open(Path lock) throws IOException {
    return FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }
}
