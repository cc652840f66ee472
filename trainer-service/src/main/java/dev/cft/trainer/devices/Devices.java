package dev.cft.trainer.devices;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The GPUs of a machine that may be used, by what `CUDA_VISIBLE_DEVICES` calls them; none on a
/// machine that trains on its CPU.
///
/// @param gpus names, each of one GPU
public record Devices(List<String> gpus) {
  private static final Path DEVICE_FILES = Path.of("/dev");
  private static final Pattern GPU = Pattern.compile("nvidia\\d+");

  public Devices {
    gpus = List.copyOf(gpus);
  }

  /// What this process may use: what `CUDA_VISIBLE_DEVICES` leaves of it, else all GPUs that there
  /// are.
  public static Devices ofThisMachine() {
    return of(System.getenv("CUDA_VISIBLE_DEVICES"), DEVICE_FILES);
  }

  static Devices of(@Nullable String visible, Path deviceFiles) {
    if (visible != null) {
      return new Devices(
          Stream.of(visible.split(",", -1))
              .map(String::strip)
              .filter(name -> !name.isEmpty() && !name.equals("-1"))
              .toList());
    }
    try (Stream<Path> files = Files.list(deviceFiles)) {
      return new Devices(
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> GPU.matcher(name).matches())
              .map(name -> name.substring("nvidia".length()))
              .sorted(
                  (one, other) -> Integer.compare(Integer.parseInt(one), Integer.parseInt(other)))
              .toList());
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot look for GPUs in " + deviceFiles, failure);
    }
  }

  /// Whether there is a GPU to train on.
  public boolean areGpus() {
    return !gpus.isEmpty();
  }
}
