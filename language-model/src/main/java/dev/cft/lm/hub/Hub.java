package dev.cft.lm.hub;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Finds a model by its folder or by its Hugging Face id.
public final class Hub {
  private static final JsonMapper MAPPER = new JsonMapper();

  /// What a checkpoint needs, weights in safetensors only.
  private static final String WANTED =
      "(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\\.json"
          + "|merges\\.txt|chat_template\\.jinja|model([-.][\\w.-]*)?\\.safetensors(\\.index\\.json)?";

  private final HubSettings settings;
  private final Consumer<String> messages;
  private final HubHttp http;

  /// @param messages hears of progress
  public Hub(HubSettings settings, Consumer<String> messages) {
    this.settings = settings;
    this.messages = messages;
    this.http = new HubHttp(settings);
  }

  private record Listing(String commit, List<String> files) {}

  /// The folder itself where there is one, else the snapshot of the model of this id, which is
  /// downloaded if the cache lacks it or something of it.
  ///
  /// @param model a path, `owner/name` or `owner/name@revision`
  /// @throws HubException saying why there is none
  public Path folder(String model) {
    if (Files.exists(Path.of(model))) {
      return Path.of(model);
    }
    var id =
        HubId.parse(model)
            .orElseThrow(() ->
                new HubException(
                    "'%s' is no folder, and no model id of the form owner/name or owner/name@revision"
                        .formatted(model)));
    try {
      return settings.offline() ? cached(id) : fetched(id);
    } catch (IOException e) {
      throw new HubException(
          "%s: the cache %s: %s".formatted(id, settings.cache(), e.getMessage()), e);
    }
  }

  private Path cached(HubId id) throws IOException {
    return new HubCache(settings.cache(), id)
        .snapshot(id.revision())
        .orElseThrow(() ->
            new HubException(
                "%s is not in the cache %s, and HF_HUB_OFFLINE forbids to fetch it"
                    .formatted(id, settings.cache())));
  }

  private Path fetched(HubId id) throws IOException {
    var cache = new HubCache(settings.cache(), id);
    Listing listing;
    try {
      listing = listing(id);
    } catch (IOException e) {
      var known = cache.snapshot(id.revision());
      var why = "%s cannot be reached (%s)".formatted(settings.endpoint(), reason(e));
      if (known.isEmpty()) {
        throw new HubException(
            "%s: %s, and %s is not in the cache %s; HF_ENDPOINT may name a mirror"
                .formatted(id, why, id.repository(), settings.cache()),
            e);
      }
      messages.accept(why + "; taking " + known.get());
      return known.get();
    }
    for (var file : listing.files()) {
      if (!Files.exists(cache.snapshotOf(listing.commit()).resolve(file))) {
        fetch(cache, id, listing.commit(), file);
      }
    }
    cache.refer(id.revision(), listing.commit());
    return cache.snapshotOf(listing.commit());
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private URI address(String path) {
    return URI.create(settings.endpoint() + path);
  }

  private Listing listing(HubId id) throws IOException {
    var address = address("/api/models/%s/revision/%s".formatted(id.repository(), id.revision()));
    var connection = http.send("GET", address, 0, id);
    JsonNode json;
    try (var in = connection.getInputStream()) {
      json = MAPPER.readTree(in);
    } catch (JacksonException e) {
      throw new HubException("%s does not answer with JSON".formatted(address), e);
    } finally {
      connection.disconnect();
    }
    var commit = json.path("sha").asString("");
    if (!commit.matches("[0-9a-f]{7,64}")) {
      throw new HubException("%s names no commit: '%s'".formatted(address, commit));
    }
    var files = new ArrayList<String>();
    for (var sibling : json.path("siblings")) {
      var name = sibling.path("rfilename").asString("");
      if (name.matches(WANTED)) {
        files.add(name);
      }
    }
    if (!files.contains("config.json")) {
      throw new HubException("%s has no config.json: it is no model of this kind".formatted(id));
    }
    return new Listing(commit, files);
  }

  private void fetch(HubCache cache, HubId id, String commit, String file) throws IOException {
    var address = address("/%s/resolve/%s/%s".formatted(id.repository(), commit, file));
    try {
      var head = http.send("HEAD", address, 0, id);
      var etag = etag(head, address);
      long size = size(head, address);
      head.disconnect();
      try (var _ = cache.lock(etag)) {
        if (!Files.exists(cache.blob(etag))) {
          messages.accept("fetching %s of %s, %d bytes".formatted(file, id, size));
          new Download(http, id, messages, file, address).to(cache.blob(etag), etag, size);
        }
      }
      cache.link(commit, file, etag);
    } catch (IOException e) {
      throw new HubException(
          "%s of %s could not be fetched: %s; what came is kept, and the next attempt goes on from there"
              .formatted(file, id, reason(e)),
          e);
    }
  }

  /// Large files are kept elsewhere: then the linked headers tell of the content.
  private static String etag(HttpURLConnection head, URI address) {
    var linked = head.getHeaderField("X-Linked-Etag");
    var etag = linked != null ? linked : head.getHeaderField("ETag");
    var plain = etag == null ? "" : etag.replaceFirst("^W/", "").replace("\"", "");
    if (!plain.matches("[\\w-]{1,128}")) {
      throw new HubException("%s has no usable ETag: '%s'".formatted(address, etag));
    }
    return plain;
  }

  private static long size(HttpURLConnection head, URI address) {
    var linked = head.getHeaderField("X-Linked-Size");
    long size =
        linked != null && linked.matches("\\d{1,18}")
            ? Long.parseLong(linked)
            : head.getContentLengthLong();
    if (size < 0) {
      throw new HubException("%s has no length".formatted(address));
    }
    return size;
  }
}
