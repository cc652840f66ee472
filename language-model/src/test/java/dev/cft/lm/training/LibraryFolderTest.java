package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.LibUtils;
import dev.cft.lm.TinyModels;
import dev.cft.lm.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The folder that `PYTORCH_LIBRARY_PATH` names is loaded, or its fault is told.
class LibraryFolderTest {
  private static final Path MODEL = TinyModels.folder("qwen2");

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectory(temporary.resolve("lib"));
  }

  @AfterEach
  void unlink() throws IOException {
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private int train(TrainProcess run) throws IOException, InterruptedException {
    return run.start(List.of("env", "PYTORCH_LIBRARY_PATH=" + folder)).waitFor();
  }

  private TrainProcess run(String device) throws IOException {
    return TrainProcess.in(
        temporary.resolve("run"),
        MODEL,
        4,
        "\"max_steps\":1,\"per_device_train_batch_size\":1,\"device\":\"%s\"".formatted(device));
  }

  private static Path bundled() {
    assertThat(Torch.engine()).isNotNull();
    return Path.of(LibUtils.getLibtorchPath());
  }

  @Test
  void a_pytorch_without_a_jni_library_beside_it_trains() throws Exception {
    try (var libraries = Files.list(bundled())) {
      for (var library : libraries.toList()) {
        if (!library.toString().endsWith("djl_torch.so")) {
          Files.createSymbolicLink(folder.resolve(library.getFileName()), library);
        }
      }
    }
    var run = run("auto");

    assertThat(train(run)).as("%s", run.file("stderr")).isZero();
    assertThat(run.losses()).hasSize(1);
  }

  @Test
  void a_library_that_needs_another_one_is_named_with_it() throws Exception {
    Files.copy(bundled().resolve("libtorch.so"), folder.resolve("libtorch.so"));
    var run = run("cpu");

    assertThat(train(run)).isEqualTo(42);
    assertThat(run.json("error.json").path("code").asString()).isEqualTo("no_device");
    assertThat(run.json("error.json").path("message").asString())
        .startsWith("PyTorch in %s cannot be loaded: libtorch.so needs ".formatted(folder))
        .contains("which is not found")
        .contains("LD_LIBRARY_PATH");
  }

  @Test
  void a_folder_of_something_else_is_told() throws Exception {
    Files.writeString(folder.resolve("libtorch.so"), "no library");
    var run = run("cpu");

    assertThat(train(run)).isEqualTo(42);
    assertThat(run.json("error.json").path("message").asString())
        .startsWith("PyTorch in %s cannot be loaded: ".formatted(folder))
        .contains("libtorch.so: ");
  }

  @Test
  void a_spec_s_other_faults_are_told_before_a_gpu_is_looked_for() throws Exception {
    var run = run("gpu");
    run.spec("{\"model_name_or_path\":\"%s\",\"device\":\"gpu\",\"colour\":1}".formatted(MODEL));

    assertThat(train(run)).isEqualTo(42);
    assertThat(run.json("error.json").path("message").asString()).contains("colour");
  }
}
