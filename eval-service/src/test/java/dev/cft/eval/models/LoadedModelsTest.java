package dev.cft.eval.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.eval.testing.TinyModel;
import dev.cft.lm.CheckpointException;
import dev.cft.lm.GenerationListener;
import dev.cft.lm.GenerationRequest;
import dev.cft.store.StoreJson;
import dev.cft.store.artifacts.ArtifactStore;
import dev.cft.store.models.StoredModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real models from a folder, at most two in memory.
class LoadedModelsTest {
  @TempDir Path folder;
  LoadedModels models;

  @BeforeEach
  void write() throws IOException {
    for (var name : List.of("a", "b", "c")) {
      TinyModel.write(folder.resolve(name), 64, name.hashCode());
    }
    models =
        new LoadedModels(
            new Folders(folder),
            new ModelSettings(2, Duration.ofMillis(50), Duration.ofMillis(100)));
  }

  @AfterEach
  void close() {
    models.close();
  }

  private static StoredModel stored(String id) {
    return new StoredModel(
        id,
        StoredModel.Kind.BASE,
        id,
        null,
        null,
        null,
        "hash-" + id,
        StoreJson.mapper().createObjectNode(),
        Instant.EPOCH);
  }

  @Test
  void a_model_is_loaded_once_and_shared() throws InterruptedException {
    try (var first = models.borrow(stored("a"));
        var second = models.borrow(stored("a"))) {
      assertThat(first.model()).isSameAs(second.model());
    }
  }

  @Test
  void another_model_takes_the_place_of_the_one_that_nobody_uses() throws InterruptedException {
    try (var _ = models.borrow(stored("a"))) {
      models.borrow(stored("b")).close();

      try (var _ = models.borrow(stored("c"))) {
        assertThat(models.loaded()).containsExactly("a", "c");
      }
    }
  }

  @Test
  void when_all_are_in_use_the_next_is_told_so_after_a_while() throws InterruptedException {
    try (var _ = models.borrow(stored("a"));
        var _ = models.borrow(stored("b"))) {
      assertThatThrownBy(() -> models.borrow(stored("c")))
          .isInstanceOf(ModelsBusyException.class)
          .hasMessage("2 models are loaded and all in use; no other can be loaded now");
    }
    models.borrow(stored("c")).close();
  }

  @Test
  void one_who_waits_gets_the_place_that_comes_free() throws Exception {
    var patient =
        new LoadedModels(
            new Folders(folder),
            new ModelSettings(1, Duration.ofMinutes(1), Duration.ofSeconds(30)));
    var first = patient.borrow(stored("a"));
    var second =
        CompletableFuture.supplyAsync(() -> {
          try (var borrowed = patient.borrow(stored("b"))) {
            return borrowed
                .model()
                .generate(
                    List.of(GenerationRequest.greedy(new int[] {1, 2}, 3)),
                    new GenerationListener() {})
                .size();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    Thread.sleep(50);

    first.close();

    assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(1);
    patient.close();
  }

  @Test
  void idle_models_are_unloaded_and_used_ones_are_not() throws InterruptedException {
    models.borrow(stored("a")).close();
    try (var _ = models.borrow(stored("b"))) {
      Thread.sleep(60);

      models.unloadIdle();

      assertThat(models.loaded()).containsExactly("b");
    }
  }

  @Test
  void a_checkpoint_without_tokenizer_is_named_and_leaves_its_place_free() throws Exception {
    Files.delete(folder.resolve("a").resolve("tokenizer.json"));

    assertThatThrownBy(() -> models.borrow(stored("a")))
        .isInstanceOfSatisfying(
            CheckpointException.class,
            fault ->
                assertThat(ModelFaults.unreadable(stored("a"), fault))
                    .isEqualTo(
                        "model 'a' cannot be loaded: tokenizer.json: the tokenizer is missing"));

    assertThat(models.loaded()).isEmpty();
  }

  /// Artifacts that lie in folders already.
  private record Folders(Path root) implements ArtifactStore {
    @Override
    public Path folder(String prefix) {
      return root.resolve(prefix);
    }

    @Override
    public void put(String key, InputStream content) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void putFolder(String prefix, Path source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public InputStream open(String key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean exists(String key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<String> list(String prefix) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void delete(String prefixOrKey) {
      throw new UnsupportedOperationException();
    }
  }
}
