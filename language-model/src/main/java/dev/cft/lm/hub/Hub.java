package dev.cft.lm.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Finds a model by its folder or by its Hugging Face id.
public final class Hub {
  /// What a checkpoint needs, weights in safetensors only.
  private static final String WANTED =
      "(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\\.json"
          + "|merges\\.txt|chat_template\\.jinja|model([-.][\\w.-]*)?\\.safetensors(\\.index\\.json)?";

  private final HubSettings settings;
  private final Consumer<String> messages;

  /// @param messages hears of progress
  public Hub(HubSettings settings, Consumer<String> messages) {
    this.settings = settings;
    this.messages = messages;
  }

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
    return repository(id)
        .cache()
        .snapshot(id.revision())
        .orElseThrow(() ->
            new HubException(
                "%s is not in the cache %s, and HF_HUB_OFFLINE forbids to fetch it"
                    .formatted(id, settings.cache())));
  }

  private HubRepository repository(HubId id) {
    return new HubRepository(HubRepository.Kind.MODEL, id, settings, messages);
  }

  private Path fetched(HubId id) throws IOException {
    var repository = repository(id);
    var cache = repository.cache();
    HubRepository.Listing listing;
    try {
      listing = repository.listing();
    } catch (IOException e) {
      var known = cache.snapshot(id.revision());
      var why = "%s cannot be reached (%s)".formatted(settings.endpoint(), HubRepository.reason(e));
      if (known.isEmpty()) {
        throw new HubException(
            "%s: %s, and %s is not in the cache %s; HF_ENDPOINT may name a mirror"
                .formatted(id, why, id.repository(), settings.cache()),
            e);
      }
      messages.accept(why + "; taking " + known.get());
      return known.get();
    }
    if (!listing.files().contains("config.json")) {
      throw new HubException("%s has no config.json: it is no model of this kind".formatted(id));
    }
    for (var file : listing.files()) {
      if (file.matches(WANTED)) {
        repository.fetch(listing.commit(), file);
      }
    }
    cache.refer(id.revision(), listing.commit());
    return cache.snapshotOf(listing.commit());
  }
}
