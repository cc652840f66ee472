package dev.cft.lm.torch;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Which of PyTorch's libraries a process loads; it loads one.
sealed interface TorchLibrary {
  String PATH = "PYTORCH_LIBRARY_PATH";

  String NAME_IT =
      PATH
          + " may name the folder torch/lib of PyTorch 2.7.1 for CUDA 12 (pip install torch==2.7.1)";

  String ADVICE =
      NAME_IT + "; where it is not set, " + CudaLibrary.ALLOWED + "=true lets it be fetched";

  /// Says why it is of no use for a GPU, if so.
  Optional<String> whyNoCuda();

  /// The library for the CPU that comes along.
  record Bundled() implements TorchLibrary {
    @Override
    public Optional<String> whyNoCuda() {
      return Optional.of("the PyTorch library that comes along has no CUDA");
    }
  }

  /// `PYTORCH_LIBRARY_PATH` names only folders without PyTorch, and DJL passes over them.
  record Missing(String folders) implements TorchLibrary {
    @Override
    public Optional<String> whyNoCuda() {
      return Optional.of(
          "%s='%s' holds no libtorch.so and was passed over".formatted(PATH, folders));
    }
  }

  /// A folder's own.
  record InFolder(Path folder) implements TorchLibrary {
    private static final Pattern MISSING =
        Pattern.compile("([^/\\s]+): (\\S+): cannot open shared object file");

    @Override
    public Optional<String> whyNoCuda() {
      return List.of("libtorch_cuda.so", "libc10_cuda.so").stream()
          .filter(name -> Files.notExists(folder.resolve(name)))
          .findFirst()
          .map(name ->
              "%s holds no %s: its PyTorch has no CUDA or is not whole".formatted(folder, name));
    }

    /// DJL's name of the JNI library that fits. That for CUDA needs the driver's library, that for
    /// the CPU works with PyTorch for CUDA as well.
    String flavor(Driver driver) {
      return whyNoCuda().isEmpty() && driver.isThere() ? "cu128" : "cpu";
    }

    /// In words what the system's loader said when the folder's libraries were loaded.
    String whyNotLoaded(String said) {
      var missing = MISSING.matcher(said);
      if (missing.find()) {
        return "PyTorch in %s cannot be loaded: %s needs %s, which is not found. It is looked for in this folder, in ../../nvidia/*/lib beside it where PyTorch is PyPI's, and in LD_LIBRARY_PATH"
            .formatted(folder, missing.group(1), missing.group(2));
      }
      if (said.contains("undefined symbol")) {
        return "PyTorch in %s cannot be loaded: it is not PyTorch 2.7.1, or its libraries do not fit one another (%s)"
            .formatted(folder, said);
      }
      return "PyTorch in %s cannot be loaded: %s".formatted(folder, said);
    }
  }

  /// The library for a device: the named one, else one for CUDA where the driver can use it, which
  /// is fetched if that is allowed and has not happened yet, else the one that comes along.
  ///
  /// @param named the value of `PYTORCH_LIBRARY_PATH`
  /// @param messages hears why `auto` will not find a GPU
  /// @throws DeviceException saying why there can be no GPU
  static TorchLibrary of(
      String wanted,
      Optional<String> named,
      Driver driver,
      CudaLibrary cuda,
      Consumer<String> messages) {
    var fault = driver.fault();
    if (wanted.equals("gpu") && fault.isPresent()) {
      throw new DeviceException("No GPU can be used: " + fault.get());
    }
    if (named.isPresent()) {
      return named(named.get());
    }
    if (wanted.equals("cpu") || fault.isPresent()) {
      return new Bundled();
    }
    try {
      return new InFolder(cuda.folder());
    } catch (DeviceException e) {
      if (wanted.equals("gpu")) {
        throw e;
      }
      messages.accept(e.getMessage() + ". The CPU computes");
      return new Bundled();
    }
  }

  private static TorchLibrary named(String folders) {
    return Arrays.stream(folders.split(File.pathSeparator, -1))
        .map(Path::of)
        // DJL takes the file for its folder.
        .map(path -> path.endsWith("libtorch.so") ? path.resolveSibling("") : path)
        .filter(path -> Files.isRegularFile(path.resolve("libtorch.so")))
        .findFirst()
        .<TorchLibrary>map(path -> new InFolder(path.toAbsolutePath().normalize()))
        .orElseGet(() -> new Missing(folders));
  }
}
