package dev.cft.store.artifacts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.store.testing.BrokenStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What every artifact store must do: the same scenarios for each of them.
///
/// @param store empty
/// @param temp a folder for what is put into it
record StoredArtifacts(ArtifactStore store, Path temp) {
  void are_read_listed_replaced_and_deleted() throws IOException {
    put("a/b/one", "1");
    put("a/two", "2");
    put("a/two", "22");
    put("ab/three", "3");

    assertThat(read("a/two")).isEqualTo("22");
    assertThat(store.list("a")).containsExactly("a/b/one", "a/two");
    assertThat(store.exists("a/two")).isTrue();
    assertThat(store.exists("a")).isFalse();
    assertThat(store.exists("a/none")).isFalse();
    store.delete("a");
    store.delete("a");
    assertThat(store.list("a")).isEmpty();
    assertThat(read("ab/three")).isEqualTo("3");
    assertThatThrownBy(() -> store.open("a/two"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("a/two");
  }

  /// @param bytes what comes before the disk is full
  void survive_a_write_that_fails(int bytes) throws IOException {
    put("a/one", "before");

    assertThatThrownBy(() -> store.put("a/one", new BrokenStream(bytes)))
        .hasMessage("No space left on device");

    assertThat(read("a/one")).isEqualTo("before");
    assertThat(store.list("a")).containsExactly("a/one");
  }

  void appear_as_whole_folders_that_replace_the_earlier_one() throws IOException {
    store.putFolder(
        "models/m", folder("first", "config.json", "old-shard", "sub/tokenizer.json", ".cache/x"));
    assertThat(store.list("models/m"))
        .containsExactly(
            "models/m/config.json", "models/m/old-shard", "models/m/sub/tokenizer.json");
    assertThat(store.folder("models/m").resolve("sub/tokenizer.json")).hasContent("first");

    store.putFolder("models/m", folder("second", "config.json", "new-shard"));

    assertThat(store.list("models/m"))
        .containsExactly("models/m/config.json", "models/m/new-shard");
    assertThat(store.folder("models/m").resolve("config.json")).hasContent("second");
    assertThatThrownBy(() -> store.folder("models/none")).isInstanceOf(NoSuchFileException.class);
  }

  Path folder(String content, String... files) throws IOException {
    var folder = Files.createTempDirectory(temp, "source");
    for (var file : files) {
      Files.createDirectories(folder.resolve(file).getParent());
      Files.writeString(folder.resolve(file), content);
    }
    return folder;
  }

  void put(String key, String content) throws IOException {
    store.put(key, new ByteArrayInputStream(content.getBytes(UTF_8)));
  }

  private String read(String key) throws IOException {
    try (var content = store.open(key)) {
      return new String(content.readAllBytes(), UTF_8);
    }
  }
}
