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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalArtifactsTest {
  @TempDir Path temp;
  private Path root;
  private LocalArtifacts artifacts;

  @BeforeEach
  void open() throws IOException {
    root = temp.resolve("artifacts");
    artifacts = new LocalArtifacts(root);
  }

  @Test
  void what_is_put_can_be_read_listed_replaced_and_deleted() throws IOException {
    put("a/b/one", "1");
    put("a/two", "2");
    put("a/two", "22");
    put("ab/three", "3");

    assertThat(read("a/two")).isEqualTo("22");
    assertThat(artifacts.list("a")).containsExactly("a/b/one", "a/two");
    assertThat(artifacts.exists("a/two")).isTrue();
    assertThat(artifacts.exists("a")).isFalse();
    artifacts.delete("a");
    assertThat(artifacts.list("a")).isEmpty();
    assertThat(read("ab/three")).isEqualTo("3");
    artifacts.delete("a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "a/../../x",
        "/etc/passwd",
        "a//b",
        "",
        "a/",
        ".incoming/x",
        "a/.hidden",
        "a\\b",
        "a/\u0000",
        "C:\\x/..",
        "a\nb"
      })
  void a_key_cannot_leave_the_store(String key) throws IOException {
    assertThatThrownBy(() -> put(key, "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no artifact key");
    assertThatThrownBy(() -> artifacts.open(key)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> artifacts.list(key)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> artifacts.folder(key)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> artifacts.delete(key)).isInstanceOf(IllegalArgumentException.class);
    assertThat(temp).isDirectoryNotContaining(path -> !path.equals(root));
  }

  @Test
  void a_link_out_of_the_store_is_not_followed() throws IOException {
    var outside = Files.writeString(temp.resolve("secret"), "s");
    Files.createDirectories(root.resolve("a"));
    Files.createSymbolicLink(root.resolve("a/link"), outside);

    assertThat(artifacts.exists("a/link")).isFalse();
    assertThatThrownBy(() -> artifacts.open("a/link")).isInstanceOf(NoSuchFileException.class);
    artifacts.delete("a");
    assertThat(outside).hasContent("s");
  }

  @Test
  void a_write_that_fails_leaves_what_was_there() throws IOException {
    put("a/one", "before");
    var full = new BrokenStream(50_000);

    assertThatThrownBy(() -> artifacts.put("a/one", full)).hasMessage("No space left on device");

    assertThat(read("a/one")).isEqualTo("before");
    assertThat(root.resolve(".incoming")).isEmptyDirectory();
  }

  @Test
  void a_folder_appears_whole_and_replaces_the_earlier_one() throws IOException {
    artifacts.putFolder(
        "models/m", folder("first", "config.json", "old-shard", "sub/tokenizer.json", ".cache/x"));
    assertThat(artifacts.list("models/m"))
        .containsExactly(
            "models/m/config.json", "models/m/old-shard", "models/m/sub/tokenizer.json");

    artifacts.putFolder("models/m", folder("second", "config.json", "new-shard"));

    assertThat(artifacts.list("models/m"))
        .containsExactly("models/m/config.json", "models/m/new-shard");
    assertThat(artifacts.folder("models/m").resolve("config.json")).hasContent("second");
    assertThat(root.resolve(".incoming")).isEmptyDirectory();
  }

  @Test
  void a_folder_that_cannot_be_read_leaves_nothing() throws IOException {
    var folder = folder("broken", "config.json", "weights");
    Files.writeString(folder.resolve("bad*name"), "x");

    assertThatThrownBy(() -> artifacts.putFolder("models/n", folder))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(artifacts.list("models/n")).isEmpty();
    assertThatThrownBy(() -> artifacts.folder("models/n")).isInstanceOf(NoSuchFileException.class);
    assertThat(root.resolve(".incoming")).isEmptyDirectory();
  }

  private Path folder(String content, String... files) throws IOException {
    var folder = Files.createTempDirectory(temp, "source");
    for (var file : files) {
      Files.createDirectories(folder.resolve(file).getParent());
      Files.writeString(folder.resolve(file), content);
    }
    return folder;
  }

  private void put(String key, String content) throws IOException {
    artifacts.put(key, new ByteArrayInputStream(content.getBytes(UTF_8)));
  }

  private String read(String key) throws IOException {
    try (var content = artifacts.open(key)) {
      return new String(content.readAllBytes(), UTF_8);
    }
  }
}
