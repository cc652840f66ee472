package dev.cft.store.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.store.Sha256;
import dev.cft.store.StoreTest;
import dev.cft.store.artifacts.ArtifactStore;
import dev.cft.store.testing.BrokenStream;
import dev.cft.store.testing.SettableClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@StoreTest
class FilesTest {
  @Autowired StoredFiles files;
  @Autowired ArtifactStore artifacts;
  @Autowired SettableClock clock;

  @Test
  void a_file_is_read_back_with_its_size_and_hash() throws IOException {
    var file = create("rows.jsonl", "fine-tune", "{\"a\":1}\n");

    assertThat(file.bytes()).isEqualTo(8);
    assertThat(file.sha256()).isEqualTo(Sha256.of("{\"a\":1}\n"));
    assertThat(files.find(file.id())).contains(file);
    try (var content = files.open(file.id())) {
      assertThat(content.readAllBytes()).asString().isEqualTo("{\"a\":1}\n");
    }
  }

  @Test
  void an_upload_that_breaks_off_leaves_nothing() throws IOException {
    var before = artifacts.list("files");
    var broken = new BrokenStream(50_000);

    assertThatThrownBy(() -> files.create("big.jsonl", "broken", broken))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("No space left on device");

    assertThat(files.list("broken", null, 10, true).data()).isEmpty();
    assertThat(artifacts.list("files")).isEqualTo(before);
  }

  @Test
  void files_are_listed_by_purpose_page_by_page() {
    var first = create("1", "paged", "");
    var second = create("2", "paged", "");
    clock.pass(Duration.ofSeconds(1));
    var third = create("3", "paged", "");
    create("4", "other", "");

    var newest = files.list("paged", null, 2, true);
    assertThat(newest.data()).hasSize(2).first().isEqualTo(third);
    assertThat(newest.hasMore()).isTrue();
    var rest = files.list("paged", newest.data().getLast().id(), 2, true);
    assertThat(rest.data()).hasSize(1).isSubsetOf(first, second);
    assertThat(rest.hasMore()).isFalse();
    assertThat(files.list("paged", null, 3, false).data()).hasSize(3).last().isEqualTo(third);
  }

  @Test
  void a_deleted_file_is_gone_with_its_bytes() throws IOException {
    var file = create("x", "gone", "x");

    assertThat(files.delete(file.id())).isTrue();

    assertThat(files.delete(file.id())).isFalse();
    assertThat(files.find(file.id())).isEmpty();
    assertThat(artifacts.exists("files/" + file.id())).isFalse();
  }

  private StoredFile create(String name, String purpose, String content) {
    return files.create(
        name, purpose, new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
  }
}
