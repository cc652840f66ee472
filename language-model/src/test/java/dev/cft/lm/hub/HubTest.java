package dev.cft.lm.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cft.lm.Checkpoints;
import dev.cft.lm.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubTest {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir Path cache;
  private final List<String> messages = new ArrayList<>();
  private LoopbackHub server;

  @BeforeEach
  void serve() throws IOException {
    server = new LoopbackHub(TinyModels.folder("qwen2"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Hub hub(Optional<String> token, boolean offline) {
    return new Hub(
        new HubSettings(server.address(), cache, token, offline, Duration.ofSeconds(20)),
        messages::add);
  }

  private Path fetch() {
    return hub(Optional.empty(), false).folder("tiny/model");
  }

  @Test
  void a_model_is_fetched_into_the_layout_of_the_python_tools_and_sound() throws IOException {
    var folder = fetch();

    var repository = cache.resolve("models--tiny--model");
    assertThat(folder).isEqualTo(repository.resolve("snapshots").resolve(LoopbackHub.COMMIT));
    assertThat(repository.resolve("refs/main")).hasContent(LoopbackHub.COMMIT);
    assertThat(Files.readSymbolicLink(folder.resolve(WEIGHTS)))
        .isEqualTo(Path.of("../../blobs", server.etag(WEIGHTS)));
    assertThat(repository.resolve("blobs").resolve(server.etag(WEIGHTS)))
        .hasBinaryContent(server.content(WEIGHTS));
    assertThat(folder.resolve("pytorch_model.bin")).doesNotExist();
    assertThat(Checkpoints.inspect(folder).sha256())
        .isEqualTo(Checkpoints.inspect(TinyModels.folder("qwen2")).sha256());
  }

  @Test
  void what_is_in_the_cache_is_not_fetched_again() {
    var first = fetch();
    server.requests().clear();

    var second = fetch();

    assertThat(second).isEqualTo(first);
    assertThat(server.requests()).containsExactly("GET /api/models/tiny/model/revision/main");
  }

  @Test
  void a_broken_download_goes_on_where_it_ended() {
    server.breaksOnce(WEIGHTS, 20_000);

    var folder = fetch();

    assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(server.content(WEIGHTS));
    assertThat(server.requests()).contains("GET /" + WEIGHTS + " bytes=20000-");
    assertThat(messages).anyMatch(message -> message.endsWith("; going on"));
  }

  @Test
  void a_part_that_an_earlier_process_left_is_gone_on_with() throws IOException {
    var blobs = Files.createDirectories(cache.resolve("models--tiny--model/blobs"));
    byte[] part = Arrays.copyOf(server.content(WEIGHTS), 1000);
    Files.write(blobs.resolve(server.etag(WEIGHTS) + ".incomplete"), part);

    var folder = fetch();

    assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(server.content(WEIGHTS));
    assertThat(server.requests()).contains("GET /" + WEIGHTS + " bytes=1000-");
  }

  @Test
  void content_that_is_not_what_was_promised_is_refused_and_not_kept() {
    server.corrupts();

    assertThatThrownBy(this::fetch)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("model.safetensors of tiny/model@main came as")
        .hasMessageContaining("were promised; nothing was kept");
    assertThat(cache.resolve("models--tiny--model/blobs"))
        .isDirectoryNotContaining(
            path -> path.getFileName().toString().startsWith(server.etag(WEIGHTS)));
  }

  @Test
  void the_token_goes_to_the_hub_and_to_nobody_else() {
    server.wantsToken("hf_secret");

    assertThatThrownBy(this::fetch)
        .hasMessageContaining("is gated")
        .hasMessageContaining("HF_TOKEN");
    hub(Optional.of("hf_secret"), false).folder("tiny/model");

    assertThat(server.tokensAtStorage()).isEmpty();
  }

  @Test
  void offline_takes_the_cache_and_says_clearly_when_it_lacks_the_model() {
    assertThatThrownBy(() -> hub(Optional.empty(), true).folder("tiny/model"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("tiny/model@main is not in the cache")
        .hasMessageContaining("HF_HUB_OFFLINE");
    var fetched = fetch();
    server.requests().clear();

    assertThat(hub(Optional.empty(), true).folder("tiny/model")).isEqualTo(fetched);
    assertThat(hub(Optional.empty(), true).folder("tiny/model@" + LoopbackHub.COMMIT))
        .isEqualTo(fetched);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void a_hub_that_cannot_be_reached_is_no_harm_where_the_cache_has_the_model() {
    var fetched = fetch();
    server.close();

    assertThat(fetch()).isEqualTo(fetched);
    assertThat(messages).anyMatch(message -> message.contains("cannot be reached"));
    assertThatThrownBy(() -> hub(Optional.empty(), false).folder("tiny/other"))
        .hasMessageContaining("cannot be reached")
        .hasMessageContaining("HF_ENDPOINT");
  }

  @Test
  void unknown_models_revisions_and_names_are_named() {
    assertThatThrownBy(() -> hub(Optional.empty(), false).folder("no/model"))
        .hasMessageContaining("no/model@main at " + server.address() + " does not exist");
    assertThatThrownBy(() -> hub(Optional.empty(), false).folder("tiny/model@v9"))
        .hasMessageContaining("has no revision 'v9'");
    assertThatThrownBy(() -> hub(Optional.empty(), false).folder("no such folder"))
        .hasMessageContaining("'no such folder' is no folder, and no model id");
  }

  @Test
  void settings_come_from_the_variables_of_the_python_tools() {
    var settings =
        HubSettings.of(
            Map.of(
                "HF_HOME", "/data/hf",
                "HF_ENDPOINT", "http://mirror.example/hub/",
                "HF_TOKEN", "hf_x",
                "HF_HUB_OFFLINE", "1"));

    assertThat(settings.endpoint()).hasToString("http://mirror.example/hub");
    assertThat(settings.cache()).isEqualTo(Path.of("/data/hf/hub"));
    assertThat(settings.token()).contains("hf_x");
    assertThat(settings.offline()).isTrue();
    assertThat(settings.toString()).doesNotContain("hf_x");
    assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", "ftp://x")))
        .hasMessageContaining("HF_ENDPOINT must be an http address, got 'ftp://x'");
  }
}
