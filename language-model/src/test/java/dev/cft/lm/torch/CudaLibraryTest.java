package dev.cft.lm.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A library for CUDA is fetched where it is wanted, allowed and of use, and only there.
class CudaLibraryTest {
  private static final Driver NONE = new Driver(Optional.empty(), OptionalInt.empty());
  private static final Driver OLD = new Driver(Optional.of("470.82.01"), OptionalInt.of(11_040));
  private static final Driver GOOD = new Driver(Optional.of("570.26"), OptionalInt.of(12_080));

  @TempDir Path home;
  private final List<String> messages = new ArrayList<>();
  private LoopbackIndex server;

  @BeforeEach
  void serve() throws IOException {
    server = new LoopbackIndex();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private CudaLibrary library(boolean allowed, URI mirror) throws NoSuchAlgorithmException {
    return new CudaLibrary(
        home,
        new CudaWheels(server.wheels(), mirror, Duration.ofSeconds(20)),
        allowed,
        messages::add);
  }

  private TorchLibrary choose(String wanted, Driver driver, CudaLibrary cuda) {
    return TorchLibrary.of(wanted, Optional.empty(), driver, cuda, messages::add);
  }

  private Path fetched() throws NoSuchAlgorithmException {
    return ((TorchLibrary.InFolder) choose("gpu", GOOD, library(true, server.address()))).folder();
  }

  private void assertWhole(Path folder) throws IOException {
    assertThat(folder).isEqualTo(home.resolve("torch-2.7.1-cu126/torch/lib"));
    assertThat(Files.readString(folder.resolve("libtorch_cuda.so"), StandardCharsets.ISO_8859_1))
        .startsWith("content of torch/lib/libtorch_cuda.so");
    try (var files = Files.walk(home)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> home.relativize(file).toString()))
          .containsExactlyInAnyOrder(
              "lock",
              "torch-2.7.1-cu126/torch/lib/libtorch.so",
              "torch-2.7.1-cu126/torch/lib/libtorch_cuda.so",
              "torch-2.7.1-cu126/torch/lib/libc10_cuda.so",
              "torch-2.7.1-cu126/torch/lib/libgomp.so.1",
              "torch-2.7.1-cu126/nvidia/cublas/lib/libcublas.so.12");
    }
  }

  @Test
  void it_is_fetched_once_for_a_gpu_and_then_used_by_auto() throws Exception {
    var folder = fetched();

    assertWhole(folder);
    assertThat(messages.getFirst())
        .startsWith("fetching PyTorch 2.7.1 for CUDA 12.6 from " + server.address());
    assertThat(server.requests()).containsExactly(LoopbackIndex.TORCH, LoopbackIndex.CUBLAS);
    server.close();
    var offline = library(false, server.address());
    assertThat(choose("gpu", GOOD, offline)).isEqualTo(new TorchLibrary.InFolder(folder));
    assertThat(choose("auto", GOOD, offline)).isEqualTo(new TorchLibrary.InFolder(folder));
    assertThat(choose("cpu", GOOD, offline)).isEqualTo(new TorchLibrary.Bundled());
    assertThat(choose("auto", NONE, offline)).isEqualTo(new TorchLibrary.Bundled());
    assertThat(choose("auto", OLD, offline)).isEqualTo(new TorchLibrary.Bundled());
  }

  @Test
  void nothing_is_fetched_unasked_or_for_a_driver_that_cannot_use_it() throws Exception {
    var allowed = library(true, server.address());
    var forbidden = library(false, server.address());

    assertThat(choose("cpu", GOOD, allowed)).isEqualTo(new TorchLibrary.Bundled());
    for (var driver : List.of(NONE, OLD)) {
      assertThat(choose("auto", driver, allowed)).isEqualTo(new TorchLibrary.Bundled());
      assertThatExceptionOfType(DeviceException.class)
          .isThrownBy(() -> choose("gpu", driver, allowed))
          .withMessageContaining(driver.fault().orElseThrow());
    }
    assertThat(messages).isEmpty();
    assertThat(choose("auto", GOOD, forbidden)).isEqualTo(new TorchLibrary.Bundled());
    assertThat(messages).singleElement().asString().endsWith("The CPU computes");
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> choose("gpu", GOOD, forbidden))
        .withMessageContaining("not fetched unasked")
        .withMessageContaining("PYTORCH_LIBRARY_PATH may name the folder torch/lib")
        .withMessageContaining("CFT_CUDA_DOWNLOAD=true");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void auto_fetches_it_where_that_is_allowed_and_else_computes_on_the_cpu() throws Exception {
    var cuda = library(true, server.address());
    server.refuses(LoopbackIndex.TORCH, 403);
    assertThat(choose("auto", GOOD, cuda)).isEqualTo(new TorchLibrary.Bundled());
    assertThat(messages.getLast()).contains("answers with status 403").endsWith("The CPU computes");
    server.serves(LoopbackIndex.TORCH);

    var chosen = choose("auto", GOOD, cuda);

    assertWhole(((TorchLibrary.InFolder) chosen).folder());
  }

  @Test
  void a_broken_download_goes_on_where_it_ended() throws Exception {
    server.breaksOnce(LoopbackIndex.TORCH, 30_000);

    assertWhole(fetched());

    assertThat(server.requests())
        .containsExactly(
            LoopbackIndex.TORCH, LoopbackIndex.TORCH + " bytes=30000-", LoopbackIndex.CUBLAS);
  }

  @Test
  void a_later_attempt_fetches_only_what_is_missing() throws Exception {
    server.refuses(LoopbackIndex.CUBLAS, 404);
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(this::fetched)
        .withMessageContaining(LoopbackIndex.CUBLAS + " answers with status 404");
    assertThat(home.resolve("torch-2.7.1-cu126")).doesNotExist();
    server.requests().clear();
    server.serves(LoopbackIndex.CUBLAS);

    assertWhole(fetched());

    assertThat(server.requests()).containsExactly(LoopbackIndex.CUBLAS);
  }

  @Test
  void what_is_not_what_was_promised_is_refused_and_not_kept() throws Exception {
    var promised = library(true, server.address());
    server.corrupts(LoopbackIndex.TORCH);

    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> choose("gpu", GOOD, promised))
        .withMessageContaining("manylinux_2_28_x86_64.whl came as")
        .withMessageContaining("were promised; nothing was kept");

    assertThat(home.resolve("torch-2.7.1-cu126")).doesNotExist();
    try (var files = Files.walk(home)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.contains(".whl"));
    }
  }

  @Test
  void a_source_that_cannot_be_reached_is_told_with_what_else_helps() throws Exception {
    var cuda = library(true, server.address());
    server.close();

    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> choose("gpu", GOOD, cuda))
        .withMessageContaining("could not be fetched from " + server.address())
        .withMessageContaining("the next attempt goes on from there")
        .withMessageContaining("PYTORCH_LIBRARY_PATH may name the folder torch/lib")
        .withMessageContaining("CFT_CUDA_MIRROR may name a mirror");
  }

  @Test
  void the_named_folder_comes_before_what_was_fetched(@TempDir Path named) throws Exception {
    fetched();
    Files.createFile(named.resolve("libtorch.so"));
    var cuda = library(true, server.address());
    var expected = new TorchLibrary.InFolder(named.toAbsolutePath());

    for (var value : List.of("/nowhere:" + named, named + "/libtorch.so")) {
      assertThat(TorchLibrary.of("gpu", Optional.of(value), GOOD, cuda, messages::add))
          .isEqualTo(expected);
      assertThat(TorchLibrary.of("cpu", Optional.of(value), NONE, cuda, messages::add))
          .isEqualTo(expected);
    }
    assertThat(TorchLibrary.of("auto", Optional.of("/nowhere"), GOOD, cuda, messages::add))
        .isEqualTo(new TorchLibrary.Missing("/nowhere"));
  }

  @Test
  void the_jni_library_is_that_for_cuda_where_there_is_a_driver() throws Exception {
    var cuda = new TorchLibrary.InFolder(fetched());
    Files.createFile(home.resolve("libtorch.so"));

    assertThat(cuda.flavor(GOOD)).isEqualTo("cu128");
    assertThat(cuda.flavor(NONE)).isEqualTo("cpu");
    assertThat(new TorchLibrary.InFolder(home).flavor(GOOD)).isEqualTo("cpu");
  }

  @Test
  void the_variables_say_whether_and_from_where() {
    var home = Path.of("cache");
    var pinned = CudaLibrary.of(Map.of(), home, messages::add);
    var other =
        CudaLibrary.of(
            Map.of("CFT_CUDA_DOWNLOAD", "true", "CFT_CUDA_MIRROR", "https://mirror.test/packages/"),
            home,
            messages::add);

    assertThat(pinned.allowed()).isFalse();
    assertThat(pinned.home()).isEqualTo(Path.of("cache/cuda"));
    assertThat(pinned.wheels().wheels())
        .hasSize(15)
        .allSatisfy(wheel -> assertThat(wheel.sha256()).matches("[0-9a-f]{64}"));
    assertThat(other.allowed()).isTrue();
    assertThat(other.wheels().mirror()).isEqualTo(URI.create("https://mirror.test/packages"));
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> CudaLibrary.of(Map.of("CFT_CUDA_DOWNLOAD", "1"), home, messages::add))
        .withMessage("CFT_CUDA_DOWNLOAD must be true or false, got '1'");
    assertThatExceptionOfType(DeviceException.class)
        .isThrownBy(() -> CudaLibrary.of(Map.of("CFT_CUDA_MIRROR", "mirror"), home, messages::add))
        .withMessage("CFT_CUDA_MIRROR must be an http address, got 'mirror'");
  }
}
