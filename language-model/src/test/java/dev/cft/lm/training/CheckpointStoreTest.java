package dev.cft.lm.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.lm.WholeFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  private static final int COUNT = 300;

  @TempDir Path folder;

  private CheckpointStore store;

  @BeforeEach
  void checkpoints_with_ever_lower_losses() throws IOException {
    store = new CheckpointStore(folder, folder, CheckpointStore.Limits.NONE);
    for (int step = 1; step <= COUNT; step++) {
      var checkpoint = Files.createDirectory(folder.resolve(CheckpointStore.name(step)));
      var progress = new Progress(step, 0, 0, 0, "f", OptionalDouble.of(1.0 / step));
      Files.writeString(checkpoint.resolve(Progress.FILE), progress.json().toString());
    }
  }

  @Test
  void the_best_is_found_while_another_process_removes_old_ones() throws Exception {
    var removal = CompletableFuture.runAsync(this::removeAllButTheLast);

    while (!removal.isDone()) {
      assertThat(store.best()).contains(CheckpointStore.name(COUNT));
    }

    removal.join();
    assertThat(store.newest()).contains(folder.resolve(CheckpointStore.name(COUNT)));
    assertThat(folder).isDirectoryNotContaining(file -> file.toString().endsWith(".deleted"));
  }

  @Test
  void a_checkpoint_that_is_there_and_cannot_be_read_is_told() throws IOException {
    Files.delete(folder.resolve("checkpoint-7").resolve(Progress.FILE));

    assertThatThrownBy(store::best)
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("delete the folder checkpoint-7");
  }

  @Test
  void halves_of_killed_processes_are_removed() throws IOException {
    var half = Files.createDirectories(folder.resolve(".checkpoint-301.tmp/more"));
    Files.writeString(half.resolve("model.safetensors"), "half");

    store.removeHalves();

    assertThat(folder.resolve(".checkpoint-301.tmp")).doesNotExist();
    assertThat(store.newest()).contains(folder.resolve(CheckpointStore.name(COUNT)));
  }

  private void removeAllButTheLast() {
    try {
      for (int step = 1; step < COUNT; step++) {
        WholeFolder.delete(folder.resolve(CheckpointStore.name(step)));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
