package dev.cft.store.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
  private StoredArtifacts stored;

  @BeforeEach
  void open() throws IOException {
    root = temp.resolve("artifacts");
    artifacts = new LocalArtifacts(root);
    stored = new StoredArtifacts(artifacts, temp);
  }

  @Test
  void what_is_put_can_be_read_listed_replaced_and_deleted() throws IOException {
    stored.are_read_listed_replaced_and_deleted();
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
    assertThatThrownBy(() -> stored.put(key, "x"))
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
    stored.survive_a_write_that_fails(50_000);

    assertThat(root.resolve(".incoming")).isEmptyDirectory();
  }

  @Test
  void a_folder_appears_whole_and_replaces_the_earlier_one() throws IOException {
    stored.appear_as_whole_folders_that_replace_the_earlier_one();

    assertThat(root.resolve(".incoming")).isEmptyDirectory();
  }

  @Test
  void a_folder_that_cannot_be_read_leaves_nothing() throws IOException {
    var folder = stored.folder("broken", "config.json", "weights");
    Files.writeString(folder.resolve("bad*name"), "x");

    assertThatThrownBy(() -> artifacts.putFolder("models/n", folder))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(artifacts.list("models/n")).isEmpty();
    assertThatThrownBy(() -> artifacts.folder("models/n")).isInstanceOf(NoSuchFileException.class);
    assertThat(root.resolve(".incoming")).isEmptyDirectory();
  }
}
