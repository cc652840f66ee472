package dev.cft.lm.hub;

import dev.cft.lm.download.Download;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One repository of a hub: what it has, and its files fetched into the cache.
final class HubRepository {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Kind kind;
  private final HubId id;
  private final HubSettings settings;
  private final Consumer<String> messages;
  private final HubHttp http;
  private final HubCache cache;

  HubRepository(Kind kind, HubId id, HubSettings settings, Consumer<String> messages) {
    this.kind = kind;
    this.id = id;
    this.settings = settings;
    this.messages = messages;
    this.http = new HubHttp(settings);
    this.cache = new HubCache(settings.cache(), kind, id);
  }

  /// What a repository holds.
  enum Kind {
    MODEL("models", ""),
    DATASET("datasets", "/datasets");

    private final String plural;
    private final String prefix;

    Kind(String plural, String prefix) {
      this.plural = plural;
      this.prefix = prefix;
    }

    String plural() {
      return plural;
    }
  }

  record Listing(String commit, List<String> files) {}

  HubCache cache() {
    return cache;
  }

  private URI address(String path) {
    return URI.create(settings.endpoint() + path);
  }

  /// The commit that the revision means, and the names of its files.
  Listing listing() throws IOException {
    var address =
        address("/api/%s/%s/revision/%s".formatted(kind.plural, id.repository(), id.revision()));
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
      files.add(sibling.path("rfilename").asString(""));
    }
    return new Listing(commit, List.copyOf(files));
  }

  /// Puts a file into the cache unless it is there.
  void fetch(String commit, String file) throws IOException {
    if (Files.exists(cache.snapshotOf(commit).resolve(file))) {
      return;
    }
    var path = file.replace("%", "%25").replace(" ", "%20").replace("#", "%23").replace("?", "%3F");
    var address =
        address("%s/%s/resolve/%s/%s".formatted(kind.prefix, id.repository(), commit, path));
    try {
      var head = http.send("HEAD", address, 0, id);
      var etag = etag(head, address);
      long size = size(head, address);
      head.disconnect();
      try (var _ = cache.lock(etag)) {
        if (!Files.exists(cache.blob(etag))) {
          messages.accept("fetching %s of %s, %d bytes".formatted(file, id, size));
          new Download(
                  from -> http.send("GET", address, from, id),
                  "%s of %s".formatted(file, id),
                  messages)
              .to(cache.blob(etag), etag, size);
        }
      }
      cache.link(commit, file, etag);
    } catch (Download.WrongContentException e) {
      throw new HubException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new HubException(
          "%s of %s could not be fetched: %s; what came is kept, and the next attempt goes on from there"
              .formatted(file, id, reason(e)),
          e);
    }
  }

  static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
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
