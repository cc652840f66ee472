package dev.cft.store.artifacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.robothy.s3.rest.LocalS3;
import com.robothy.s3.rest.bootstrap.LocalS3Mode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;
import software.amazon.awssdk.services.s3.S3Client;

/// Against an S3 server in this JVM, over HTTP.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3ArtifactsTest {
  private final LocalS3 server = LocalS3.builder().port(-1).mode(LocalS3Mode.IN_MEMORY).build();
  private int buckets;
  private S3Client client;
  private ArtifactsProperties.S3 settings;
  private S3Artifacts artifacts;
  private StoredArtifacts stored;

  @BeforeAll
  void startServer() {
    server.start();
  }

  @AfterAll
  void stopServer() {
    server.shutdown();
  }

  @BeforeEach
  void makeBucket(@TempDir Path copies, @TempDir Path temp) throws IOException {
    settings = settings(server.getPort(), "bucket-" + ++buckets);
    client = S3Clients.of(settings);
    client.createBucket(create -> create.bucket(settings.bucket()));
    artifacts = new S3Artifacts(client, settings, copies);
    stored = new StoredArtifacts(artifacts, temp);
  }

  @Test
  void what_is_put_can_be_read_listed_replaced_and_deleted() throws IOException {
    stored.are_read_listed_replaced_and_deleted();
  }

  @Test
  void keys_lie_under_the_prefix_in_the_bucket() throws IOException {
    stored.put("a/two", "2");

    assertThat(client.listObjectsV2(list -> list.bucket(settings.bucket())).contents())
        .singleElement()
        .satisfies(object -> assertThat(object.key()).isEqualTo("cft/a/two"));
  }

  @Test
  void a_large_file_goes_in_parts_and_comes_back_whole() throws IOException {
    var bytes = new byte[12 * 1024 * 1024 + 17];
    new Random(1).nextBytes(bytes);

    artifacts.put("large", new ByteArrayInputStream(bytes));

    try (var content = artifacts.open("large")) {
      assertThat(content.readAllBytes()).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 6 * 1024 * 1024}) // at once; in parts
  void a_write_that_fails_leaves_what_was_there(int bytes) throws IOException {
    stored.survive_a_write_that_fails(bytes);

    assertThat(client.listMultipartUploads(list -> list.bucket(settings.bucket())).uploads())
        .isEmpty();
  }

  @Test
  void a_folder_appears_whole_and_replaces_the_earlier_one() throws IOException {
    stored.appear_as_whole_folders_that_replace_the_earlier_one();
  }

  @Test
  void a_folder_is_copied_down_once_and_again_when_it_has_changed() throws IOException {
    artifacts.putFolder("models/m", stored.folder("first", "config.json"));
    var first = artifacts.folder("models/m");
    assertThat(artifacts.folder("models/m")).isEqualTo(first);

    artifacts.putFolder("models/m", stored.folder("second", "config.json"));

    assertThat(artifacts.folder("models/m").resolve("config.json")).hasContent("second");
    assertThat(first.resolve("config.json")).hasContent("first");
  }

  @Test
  void a_server_that_does_not_answer_is_named_in_the_error(@TempDir Path copies)
      throws IOException {
    var nowhere = settings(1, "bucket");

    try (var unreachable = S3Clients.of(nowhere)) {
      assertThatThrownBy(() -> new S3Artifacts(unreachable, nowhere, copies).exists("a"))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("could not read a in the artifact bucket: ");
    }
  }

  @Test
  void settings_that_cannot_work_stop_the_start() {
    assertThatThrownBy(() ->
            new ArtifactsProperties.S3(
                "b", "", null, "r", "id", null, DataSize.ofMegabytes(16), Duration.ofSeconds(1)))
        .hasMessageContaining("must be set together");
    assertThatThrownBy(() ->
            new ArtifactsProperties.S3(
                "b", "", null, "r", null, null, DataSize.ofMegabytes(1), Duration.ofSeconds(1)))
        .hasMessageContaining("at least 5MB");
    assertThat(settings.toString()).doesNotContain("secret");
  }

  private static ArtifactsProperties.S3 settings(int port, String bucket) {
    var endpoint = URI.create("http://localhost:" + port);
    return new ArtifactsProperties.S3(
        bucket,
        "cft",
        endpoint,
        "us-east-1",
        "id",
        "secret",
        DataSize.ofMegabytes(5),
        Duration.ofSeconds(20));
  }
}
